#include <thread>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

struct Work {
  std::string code;
  std::string message;
  std::string field;
  int verified = 0;
  int hashed = 0;
  std::vector<std::string> statements;
};

bool operator==(const Work& a, const Work& b) {
  return a.code == b.code && a.message == b.message && a.field == b.field && a.verified == b.verified &&
         a.hashed == b.hashed && a.statements == b.statements;
}

Work work_of(World& world, std::string_view name, std::string_view typed) {
  world.hasher->verified = 0;
  world.hasher->hashed = 0;
  (void)world.database->trace.take();
  auto outcome = world.try_login(name, typed);
  Work work;
  if (!outcome) {
    work.code = outcome.error().code();
    work.message = outcome.error().message();
    work.field = outcome.error().field();
  }
  work.verified = world.hasher->verified;
  work.hashed = world.hasher->hashed;
  work.statements = world.database->trace.take();
  return work;
}

/// Without a dispatcher, whose own statements would stand among a login's.
Setup quiet() {
  Setup setup;
  setup.mailer = false;
  return setup;
}

void set_hash(World& world, const std::string& name, const std::string& hash) {
  const sql::Statement statement("UPDATE users SET hashed_password = $1 WHERE username = $2");
  auto done = world.real_database->run([&](Transaction& transaction) -> Result<void> {
    auto changed = transaction.executor()->execute(statement, {hash, name});
    if (!changed) return changed.error();
    return {};
  });
  REQUIRE(done);
}

}  // namespace

TEST_CASE("P14 unknown inactive passwordless and wrong are one class") {
  World world(quiet());
  world.add("mike");
  world.add("passive");
  world.add("bare");
  CHECK(world.auth().deactivate(nowhere(), UserId(2)));
  set_hash(world, "bare", "!");
  auto wrong = work_of(world, "mike", "wrong-password");
  CHECK(wrong.code == "credentials_invalid");
  CHECK(wrong.verified == 1);
  CHECK(wrong.hashed == 0);
  CHECK(wrong == work_of(world, "nobody", "wrong-password"));
  CHECK(wrong == work_of(world, "nobody@example.com", "wrong-password"));
  CHECK(wrong == work_of(world, "passive", "wrong-password"));
  CHECK(wrong == work_of(world, "passive", kPassword));
  CHECK(wrong == work_of(world, "bare", kPassword));
}

TEST_CASE("101 an account without password is not signed in to by any") {
  World world(quiet());
  world.add("bare");
  set_hash(world, "bare", "!");
  using namespace std::string_literals;
  for (const auto& typed : {""s, "\0"s, "!"s, "null"s})
    CHECK(work_of(world, "bare", typed).code == "credentials_invalid");
}

TEST_CASE("4.22 what is too long or malformed is alike for known and unknown") {
  World world(quiet());
  world.add("mike");
  using namespace std::string_literals;
  const std::string long_one(1025, 'a');
  CHECK(work_of(world, "mike", long_one) == work_of(world, "nobody", long_one));
  CHECK(work_of(world, "mike", long_one).verified == 0);
  for (const auto& typed : {std::string(1024, 'a'), "a\0b"s, "\xff\xfe"s, ""s}) {
    auto known = work_of(world, "mike", typed);
    CHECK(known.code == "credentials_invalid");
    CHECK(known.verified == 1);
    CHECK(known == work_of(world, "nobody", typed));
  }
}

TEST_CASE("a name that is nobody's costs what an unknown one costs") {
  World world(quiet());
  for (const auto& name : {std::string(), std::string("\xff"), std::string("a\0b", 3)}) {
    auto work = work_of(world, name, kPassword);
    CHECK(work.code == "credentials_invalid");
    CHECK(work.verified == 1);
  }
  CHECK(work_of(world, std::string(1025, 'a'), kPassword).verified == 0);
}

TEST_CASE("P11 a cheaper hash is replaced and failing to save it fails nobody") {
  World world(quiet());
  auto id = world.add("mike").id;
  auto dearer = make_argon2_hasher(Argon2Policy{16, 1, true}, *world.pool, system_rng()).value();
  const std::string old = dearer->hash(password(kPassword)).value();
  set_hash(world, "mike", old);
  auto statements = work_of(world, "mike", kPassword).statements;
  CHECK(world.product->credentials().find(id).value()->password_hash != old);
  auto saving = std::find_if(statements.begin(), statements.end(), [](const std::string& text) {
    return text.rfind("UPDATE", 0) == 0 && text.find("hashed_password =") != std::string::npos;
  });
  REQUIRE(saving != statements.end());
  set_hash(world, "mike", old);
  world.database->trace.fail_after(static_cast<int>(saving - statements.begin()));
  CHECK(world.try_login("mike"));
  CHECK(world.log.has("rehash_not_saved"));
  CHECK(world.product->credentials().find(id).value()->password_hash == old);
  CHECK(world.login("mike").user == id);
}

TEST_CASE("C8 a store that does not answer is not a wrong password") {
  World world(quiet());
  world.add("mike");
  world.database->trace.fail_after(0);
  CHECK(world.try_login("mike").error().kind() == Errc::unavailable);
  world.database->trace.fail_after(0);
  CHECK(world.try_login("nobody").error().kind() == Errc::unavailable);
}

TEST_CASE("4.21 a login that races a change of password leaves no session of the old one") {
  World world(quiet());
  world.add("mike");
  auto tokens = world.login("mike");
  auto who = world.principal(tokens);
  bool changed = false;
  world.hasher->after_verify = [&] {
    if (std::exchange(changed, true)) return;
    std::thread([&] {
      auto done = world.auth().change_password(nowhere(), who, {password(kPassword), password(kNewPassword)});
      if (!done) changed = false;
    }).join();
  };
  auto raced = world.try_login("mike");
  CHECK(changed);
  REQUIRE_FALSE(raced);
  CHECK(raced.error().code() == "credentials_invalid");
  CHECK(raced.error().message() == world.try_login("nobody").error().message());
  CHECK(world.auth().sessions(who).value().size() == 1);
  CHECK(world.try_login("mike", kNewPassword));
}
