#include <algorithm>
#include <thread>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

std::vector<std::string> work_of_request(World& world, std::string_view email) {
  (void)world.database->trace.take();
  CHECK(world.auth().request_password_reset(nowhere(), email));
  return world.database->trace.take();
}

/// The dispatcher's own statements may come at any time.
bool asked_nothing(World& world) {
  auto statements = world.database->trace.take();
  return std::all_of(statements.begin(), statements.end(),
                     [](const std::string& text) { return text.find("outbox") != std::string::npos; });
}

std::string refusal_of(const Result<void>& result) {
  return result ? "" : std::string(result.error().code()) + "/" + std::string(result.error().field());
}

}  // namespace

TEST_CASE("R1 a code resets the password once and ends every session") {
  World world;
  world.add("mike");
  auto tokens = world.login("mike");
  auto code = world.reset_code("mike@example.com");
  CHECK(code.size() == 26);
  CHECK(world.refusal(tokens) == "");
  CHECK(world.reset(code));
  CHECK(world.refusal(tokens) == "token_revoked");
  CHECK(world.refresh_refusal(tokens) == "refresh_invalid");
  CHECK_FALSE(world.try_login("mike", kPassword));
  CHECK(world.try_login("mike", kNewPassword));
  CHECK(refusal_of(world.reset(code, "yet-another-passphrase")) == "code_invalid/code");
  CHECK(world.try_login("mike", kNewPassword));
  world.product->flush_mail().value();
  CHECK(world.mailbox.messages().back().subject == "Your password was changed");
  CHECK(world.trail.recorded("password.reset"));
  CHECK(world.trail.noted("password.reset_requested"));
}

TEST_CASE("R2 a code lives for thirty minutes to the tick") {
  World world;
  world.add("mike");
  for (auto [beyond, ends] : {std::pair{Lifetime::microseconds(-1), true}, {Lifetime(), false}, {kTick, false}}) {
    auto code = world.reset_code("mike@example.com");
    world.clock.advance(Lifetime::microseconds(Lifetime::minutes(30).microseconds() + beyond.microseconds()));
    CHECK(world.reset(code).has_value() == ends);
    world.clock.advance(Lifetime::hours(1));
  }
}

TEST_CASE("R1 a newer code supersedes an older one but not within a minute") {
  World world;
  world.add("mike");
  auto first = world.reset_code("mike@example.com");
  world.clock.advance(Lifetime::microseconds(Lifetime::seconds(60).microseconds() - 1));
  CHECK(world.reset_code("mike@example.com") == first);
  CHECK(world.mailbox.messages().size() == 1);
  world.clock.advance(kTick);
  auto second = world.reset_code("mike@example.com");
  CHECK(second != first);
  CHECK(refusal_of(world.reset(first)) == "code_invalid/code");
  CHECK(world.reset(second));
}

TEST_CASE("112 a code dies with the address that it was mailed to") {
  World world;
  world.add("mike");
  auto who = world.principal(world.login("mike"));
  auto code = world.reset_code("mike@example.com");
  CHECK(world.auth().update_profile(nowhere(), who, {"new@example.com", std::nullopt}));
  CHECK(refusal_of(world.reset(code)) == "code_invalid/code");
  auto fresh = world.reset_code("new@example.com");
  const sql::Statement update("UPDATE users SET email = 'thief@example.com' WHERE username = 'mike'");
  CHECK(world.real_database->run([&](Transaction& transaction) -> Result<void> {
    auto changed = transaction.executor()->execute(update, {});
    if (!changed) return changed.error();
    return {};
  }));
  CHECK(refusal_of(world.reset(fresh)) == "code_invalid/code");
  CHECK(world.trail.noted("password.reset!address_changed"));
  CHECK(world.try_login("mike", kPassword));
}

TEST_CASE("56 what is no code is refused without a query") {
  World world;
  world.add("mike");
  auto code = world.reset_code("mike@example.com");
  using namespace std::string_literals;
  for (const auto& text :
       {""s, " "s, "\0"s, code + " ", " " + code, code.substr(1), code + "A", code.substr(0, 25) + "1"}) {
    (void)world.database->trace.take();
    CHECK(refusal_of(world.reset(text)) == "code_invalid/code");
    CHECK(asked_nothing(world));
  }
  std::string lower = code;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  CHECK(world.reset(lower));
}

TEST_CASE("a refused password or address does not spend the code") {
  World world;
  world.add("mike");
  auto code = world.reset_code("mike@example.com");
  CHECK(refusal_of(world.reset(code, "short")) == "password_too_short/new_password");
  CHECK(refusal_of(world.reset(code, "mike@example.com")) == "password_is_name/new_password");
  auto with_email = [&](const char* email) {
    return world.auth().reset_password(nowhere(), {code, password(kNewPassword), std::string(email)});
  };
  CHECK(refusal_of(with_email("other@example.com")) == "code_invalid/code");
  CHECK(refusal_of(with_email("nonsense")) == "email_invalid/email");
  CHECK(with_email("MIKE@example.com"));
}

TEST_CASE("59 a code used by sixteen threads works once") {
  TempDir dir;
  World world({(dir / "race.db").string()});
  world.add("mike");
  auto code = world.reset_code("mike@example.com");
  std::atomic<int> won{0};
  std::atomic<int> lost{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, i] {
      auto done = world.reset(code, "passphrase-number-" + std::to_string(i));
      if (done) ++won;
      if (!done && done.error().code() == "code_invalid") ++lost;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(won == 1);
  CHECK(lost == 15);
}

TEST_CASE("T8 a request for an unknown or inactive address does the same work") {
  Setup setup;
  setup.mailer = false;
  World world(setup);
  world.add("mike");
  world.add("passive");
  CHECK(world.auth().deactivate(nowhere(), UserId(2)));
  auto known = work_of_request(world, "mike@example.com");
  CHECK(known.size() >= 4);
  CHECK(known == work_of_request(world, "nobody@example.com"));
  CHECK(known == work_of_request(world, "passive@example.com"));
  auto again = work_of_request(world, "mike@example.com");
  CHECK(again.size() < known.size());
  CHECK(again == work_of_request(world, "nobody@example.com"));
  CHECK(world.hasher->verified == 0);
  CHECK(world.auth().request_password_reset(nowhere(), "nonsense").error().code() == "email_invalid");
}

TEST_CASE("R3 47 mail goes to the stored address and to nobody else") {
  World world;
  auto made = world.auth().register_account(nowhere(), {"Mike@Example.com", "mike", password(kPassword)});
  CHECK(made);
  CHECK(world.reset_code("mIKE@eXAMPLE.COM").size() == 26);
  auto messages = world.mailbox.messages();
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].to == "Mike@Example.com");
  CHECK(messages[0].text.find("30 minutes") != std::string::npos);
  CHECK(messages[0].text.find("http") == std::string::npos);
  CHECK(world.reset_code("nobody@example.com") != "");
  CHECK(world.auth().request_password_reset(nowhere(), "m\xC4\xB1ke@example.com"));
  world.product->flush_mail().value();
  CHECK(world.mailbox.messages().size() == 1);
  for (const char* typed : {"a@x.example,b@y.example", "a@x.example;b@y.example", "a@x.example b@y.example",
                            "<a@x.example>", "\"a\"@x.example", "a@b@x.example", "a@x.example\nb@y.example"}) {
    CHECK(world.auth().request_password_reset(nowhere(), typed).error().code() == "email_invalid");
  }
}

TEST_CASE("R5 a reset signs nobody in and unlocks no inactive account") {
  World world;
  auto id = world.add("mike").id;
  auto code = world.reset_code("mike@example.com");
  const sql::Statement update("UPDATE users SET is_active = $1 WHERE id = $2");
  auto set_active = [&](bool active) {
    return world.real_database->run([&](Transaction& transaction) -> Result<void> {
      auto changed = transaction.executor()->execute(update, {active, id.value()});
      if (!changed) return changed.error();
      return {};
    });
  };
  CHECK(set_active(false));
  CHECK(refusal_of(world.reset(code)) == "code_invalid/code");
  CHECK(world.try_login("mike", kPassword).error().code() == "credentials_invalid");
  CHECK(set_active(true));
  CHECK(world.reset(code));
  CHECK(world.product->sessions().list(id).value().empty());
}
