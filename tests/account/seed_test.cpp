#include <filesystem>

#include "account/other_system.hpp"

using namespace watchword;
using namespace watchword::contract;
using watchword::test::OtherSystem;

namespace {

/// A copy of the database that the other system left.
struct Seed {
  test::TempDir folder;
  std::string path = (folder / "seed_users.db").string();
  Seed() { std::filesystem::copy_file(WATCHWORD_TEST_DATA "/vectors/seed/seed_users.db", path); }
};

constexpr char kAll[] =
    "SELECT id, email, username, hashed_password, is_active, created_at, updated_at FROM users ORDER BY id";

}  // namespace

TEST_CASE("seed: users of the other system are found by either name in any case") {
  Seed seed;
  test::SqlStores ours(test::open_sqlite(seed.path));
  CHECK(login(ours, "user@example.com") == 1);
  CHECK(login(ours, "TestUser") == 1);
  CHECK(login(ours, "ada.lovelace@EXAMPLE.org") == 2);
  CHECK(login(ours, "ADA") == 2);
  CHECK(login(ours, "ZOË") == 3);
  CHECK(login(ours, "zoe\xCC\x88") == 3);
  CHECK(mailbox(ours, "Zoe@Example.net") == 3);
  CHECK(login(ours, "zoe") == 0);
}

TEST_CASE("seed: opening changes nothing in the users table") {
  Seed seed;
  auto before = OtherSystem(seed.path).rows(kAll, 7);
  REQUIRE(before.size() == 3);
  auto layout = OtherSystem(seed.path).rows("SELECT sql FROM sqlite_master WHERE tbl_name = 'users'", 1);
  test::SqlStores ours(test::open_sqlite(seed.path));
  CHECK(login(ours, "ADA") == 2);
  CHECK(OtherSystem(seed.path).rows(kAll, 7) == before);
  CHECK(OtherSystem(seed.path).rows("SELECT sql FROM sqlite_master WHERE tbl_name = 'users'", 1) == layout);
}

TEST_CASE("seed: ids and timestamps and hashes are read as they are") {
  Seed seed;
  test::SqlStores ours(test::open_sqlite(seed.path));
  auto ada = ours.accounts().find(UserId(2));
  REQUIRE(ada);
  REQUIRE(*ada);
  CHECK((*ada)->email == "Ada.Lovelace@example.org");
  CHECK((*ada)->is_active);
  CHECK((*ada)->created_at == Timestamp::from_seconds(1795381356));
  CHECK_FALSE((*ada)->updated_at);
  auto credential = ours.credentials().find(UserId(2));
  REQUIRE(credential);
  CHECK((*credential)->password_hash == "$2b$12$Us5HPohgzyNogJSlgb6PgORrg4gploQrIa1wB3uRVwKPsxt0RvakK");
}

TEST_CASE("seed: the other system finds an account of ours with its own statements") {
  Seed seed;
  OtherSystem other(seed.path);
  test::SqlStores ours(test::open_sqlite(seed.path));
  Account eve = added(ours, "eve@example.com", "eve", kNow + Lifetime::microseconds(250000));
  CHECK(eve.id == UserId(4));
  CHECK(other.rows("SELECT id, username, is_active, created_at, updated_at FROM users "
                   "WHERE email = $1 OR username = $1",
                   5, {"eve"}) == std::vector<std::string>{"4|eve|1|2026-01-01 00:00:00.250000|NULL|"});
  CHECK(other.add("new@example.com", "new") == 5);
  CHECK(login(ours, "NEW") == 5);
}

TEST_CASE("seed: a row without is_active is an inactive account") {
  Seed seed;
  OtherSystem other(seed.path);
  other.run("UPDATE users SET is_active = NULL WHERE id = 1");
  test::SqlStores ours(test::open_sqlite(seed.path));
  CHECK_FALSE((*ours.accounts().find(UserId(1)))->is_active);
  CHECK_FALSE(standing_of(ours, UserId(1))->is_active);
  CHECK(set_active(ours, UserId(1), true));
  CHECK(standing_of(ours, UserId(1))->is_active);
}

TEST_CASE("seed: a name of the other system is taken in any case") {
  Seed seed;
  test::SqlStores ours(test::open_sqlite(seed.path));
  CHECK(taken_in(insert_account(ours, new_account("ADA.LOVELACE@example.org", "someone"))) == "email");
  CHECK(taken_in(insert_account(ours, new_account("new@example.org", "ADA"))) == "username");
}
