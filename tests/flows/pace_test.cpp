#include <chrono>
#include <future>
#include <thread>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kForeign{120};

const std::string kBcrypt = "$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234";
const std::string kDearer = "$argon2id$v=19$m=64,t=3,p=1$c29tZXNhbHQ$" + std::string(43, 'A');

void set_foreign_hash(World& world, const std::string& name, const std::string& hash = kBcrypt) {
  const sql::Statement statement("UPDATE users SET hashed_password = $1 WHERE username = $2");
  REQUIRE(world.real_database->run([&](Transaction& transaction) -> Result<void> {
    auto changed = transaction.executor()->execute(statement, {hash, name});
    if (!changed) return changed.error();
    return {};
  }));
}

milliseconds time_of_login(World& world, std::string_view name, std::string_view typed) {
  auto began = std::chrono::steady_clock::now();
  (void)world.try_login(name, typed);
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
}

}  // namespace

TEST_CASE("P14 while an imported hash is stored no failure is answered before it could have been") {
  World world;
  world.add("mike");
  world.add("imported");
  CHECK(time_of_login(world, "nobody", "wrong-password") < kForeign);
  set_foreign_hash(world, "imported", GENERATE(kBcrypt, kDearer));
  world.hasher->foreign_takes = kForeign;
  world.reopen({});
  CHECK(time_of_login(world, "nobody", "wrong-password") >= kForeign);
  CHECK(time_of_login(world, "mike", "wrong-password") >= kForeign);
  CHECK(time_of_login(world, "imported", "wrong-password") >= kForeign);
  CHECK(world.try_login("mike"));
}

TEST_CASE("P14 an imported hash that was not seen at the start is noticed at its first use") {
  World world;
  world.add("imported");
  set_foreign_hash(world, "imported", GENERATE(kBcrypt, kDearer));
  world.hasher->foreign_takes = kForeign;
  (void)world.try_login("imported", "wrong-password");
  CHECK(time_of_login(world, "nobody", "wrong-password") >= kForeign);
}

TEST_CASE("P14 accounts without a password slow nobody down") {
  World world;
  world.add("mike");
  set_foreign_hash(world, "mike", "!");
  world.reopen({});
  CHECK(time_of_login(world, "mike", "wrong-password") < kForeign);
  CHECK(time_of_login(world, "nobody", "wrong-password") < kForeign);
}

TEST_CASE("what waits for its time holds no thread") {
  World world;
  world.add("imported");
  set_foreign_hash(world, "imported");
  world.hasher->foreign_takes = kForeign;
  world.reopen({});
  constexpr int kMany = 40;
  std::promise<void> all;
  std::atomic<int> answered{0};
  auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < kMany; ++i) {
    world.auth().login(nowhere(), {"nobody", password(kPassword)}, [&](Result<session::LoginOutcome> outcome) {
      if (!outcome && ++answered == kMany) all.set_value();
    });
  }
  all.get_future().wait();
  auto took = std::chrono::steady_clock::now() - began;
  CHECK(took >= kForeign);
  // One after the other they would take this long on the executor's two threads.
  CHECK(took < kForeign * kMany / 2);
}
