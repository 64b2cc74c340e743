#include <thread>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

std::string refusal_of(World& world, const std::string& email, const std::string& name, std::string_view typed) {
  auto made = world.auth().register_account(nowhere(), {email, name, password(typed)});
  return made ? "" : std::string(made.error().code()) + "/" + std::string(made.error().field());
}

}  // namespace

TEST_CASE("registration names the field and the reason") {
  World world;
  CHECK(refusal_of(world, "nonsense", "mike", kPassword) == "email_invalid/email");
  CHECK(refusal_of(world, "a@b.example\r\nBcc: c@d.example", "mike", kPassword) == "email_invalid/email");
  CHECK(refusal_of(world, "mike@example.com", "mi", kPassword) == "username_too_short/username");
  CHECK(refusal_of(world, "mike@example.com", "mi ke", kPassword) == "username_invalid/username");
  CHECK(refusal_of(world, "mike@example.com", "mike", "short") == "password_too_short/password");
  CHECK(refusal_of(world, "mike@example.com", "mike", "password1") == "password_common/password");
  CHECK(refusal_of(world, "mike@example.com", "gorbelwitz", "GorbelWitz") == "password_is_name/password");
  CHECK(refusal_of(world, "longlocal@example.com", "mike", "LongLocal") == "password_is_name/password");
  CHECK(world.hasher->hashed == 0);
  CHECK(refusal_of(world, "mike@example.com", "mike", kPassword) == "");
}

TEST_CASE("4.23 a name is taken in every spelling of it") {
  World world;
  world.add("mike");
  CHECK(refusal_of(world, "MIKE@Example.com", "other", kPassword) == "email_taken/email");
  CHECK(refusal_of(world, "other@example.com", "MIKE", kPassword) == "username_taken/username");
  CHECK(world.hasher->hashed == 1);
}

TEST_CASE("4.19 racing registrations of one name give one account") {
  TempDir dir;
  World world({(dir / "race.db").string()});
  std::atomic<int> made{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&world, &made, &refused, i] {
      std::string name = i % 2 == 0 ? "mike" : "MIKE";
      auto result = world.auth().register_account(
          nowhere(), {"mike" + std::to_string(i) + "@example.com", name, password(kPassword)});
      if (result) ++made;
      if (!result && result.error().code() == "username_taken") ++refused;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(made == 1);
  CHECK(refused == 15);
  CHECK(world.product->directory().list(UserId(), 100).value().size() == 1);
}

TEST_CASE("ids rise and are never used twice") {
  World world;
  auto first = world.add("anna").id;
  auto second = world.add("mike").id;
  CHECK(first < second);
  const sql::Statement remove("DELETE FROM users WHERE id = $1");
  CHECK(world.real_database->run([&](Transaction& transaction) -> Result<void> {
    auto gone = transaction.executor()->execute(remove, {second.value()});
    if (!gone) return gone.error();
    return {};
  }));
  CHECK(second < world.add("mike").id);
}
