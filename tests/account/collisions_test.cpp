#include <algorithm>
#include <filesystem>

#include "account/other_system.hpp"

using namespace watchword;
using namespace watchword::contract;
using watchword::test::OtherSystem;

namespace {

/// A closed file that the other system has filled, and what opening it says.
struct Filled {
  test::TempDir folder;
  std::string path = (folder / "users.db").string();

  explicit Filled(const std::vector<std::pair<std::string, std::string>>& users) {
    OtherSystem other(path);
    other.run(test::kUsersTable);
    for (const auto& [email, username] : users) other.add(email, username);
    // As other programs leave a file: without a write-ahead log.
    other.run("PRAGMA user_version");
  }
  std::size_t files() const {
    using Files = std::filesystem::directory_iterator;
    return static_cast<std::size_t>(std::distance(Files(folder.path()), Files()));
  }
  Result<void> open() const {
    auto database = test::open_sqlite(path);
    return test::migrate_all(*database);
  }
};

}  // namespace

TEST_CASE("collisions: 4.23 names that collide are refused by their ids and nothing is written") {
  Filled filled({{"a@example.com", "a"},
                 {"Bob@example.com", "b"},
                 {"bob@EXAMPLE.com", "c"},
                 {"d@example.com", "straße"},
                 {"e@example.com", "STRASSE"},
                 {"BOB@example.com", "f"},
                 {"eve@bücher.example", "g"},
                 {"eve@xn--bcher-kva.example", "h"}});
  const std::string before = test::bytes_of(filled.path);
  const std::size_t files = filled.files();
  auto opened = filled.open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().kind() == Errc::misconfigured);
  CHECK(opened.error().code() == "accounts_collide");
  CHECK(std::string(opened.error().reason()).find("e-mail: 2 and 3 and 6, 7 and 8; user name: 4 and 5") == 0);
  CHECK(test::bytes_of(filled.path) == before);
  CHECK(filled.files() == files);
}

TEST_CASE("collisions: a users table that lacks columns is refused by their names and nothing is written") {
  for (const char* row : {"", "INSERT INTO users (name) VALUES ('ada')"}) {
    Filled filled({});
    OtherSystem(filled.path).run("DROP TABLE users");
    OtherSystem(filled.path).run("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT, created_at TEXT)");
    if (*row != 0) OtherSystem(filled.path).run(row);
    const std::string before = test::bytes_of(filled.path);
    const std::size_t files = filled.files();
    auto opened = filled.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind() == Errc::misconfigured);
    CHECK(opened.error().code() == "users_columns_missing");
    CHECK(std::string(opened.error().reason()).find("username, hashed_password, is_active, updated_at") == 0);
    CHECK(test::bytes_of(filled.path) == before);
    CHECK(filled.files() == files);
  }
}

TEST_CASE("collisions: an address that is another user's name is none") {
  Filled filled({{"a@example.com", "b@example.com"}, {"b@example.com", "a@example.com"}});
  REQUIRE(filled.open());
  test::SqlStores ours(test::open_sqlite(filled.path));
  CHECK(login(ours, "A@example.com") == 1);
  CHECK(login(ours, "B@example.com") == 2);
}

TEST_CASE("collisions: a list too long for the reason is cut at an id") {
  std::vector<std::pair<std::string, std::string>> users;
  for (int i = 0; i < 60; ++i) {
    const std::string n = std::to_string(i);
    users.emplace_back("user" + n + "@example.com", "name" + n);
    users.emplace_back("USER" + n + "@example.com", "NAME" + n);
  }
  auto opened = Filled(users).open();
  REQUIRE_FALSE(opened);
  const std::string reason(opened.error().reason());
  CHECK(reason.find("e-mail: ") == 0);
  CHECK(reason.find(" ...; user name: ") != std::string::npos);
}

TEST_CASE("collisions: names that are no UTF-8 or empty are nobody's") {
  Filled filled({{"a\xFF@example.com", "\xC3"}, {"b\xFE@example.com", ""}, {"", "c"}});
  REQUIRE(filled.open());
  test::SqlStores ours(test::open_sqlite(filled.path));
  CHECK(login(ours, "C") == 3);
  CHECK(standing_of(ours, UserId(1)));
  CHECK(added(ours, "d@example.com", "d-name").id == UserId(4));
}

TEST_CASE("schema: more users than one batch get their side rows") {
  test::TempDir folder;
  const std::string path = (folder / "users.db").string();
  OtherSystem other(path);
  other.run(test::kUsersTable);
  other.run(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) INSERT INTO users (id, email, "
      "username, hashed_password, is_active) SELECT i * 2, 'User' || i || '@example.com', 'Name' || i, 'x', 1 FROM n");
  test::SqlStores ours(test::open_sqlite(path));
  CHECK(other.integer("SELECT COUNT(*) FROM watchword_accounts") == 9000);
  CHECK(login(ours, "name8999") == 17998);
  CHECK(added(ours, "new@example.com", "new").id == UserId(18001));
}

TEST_CASE("schema: the users table is made as the specification has it") {
  test::TempDir folder;
  const std::string path = (folder / "users.db").string();
  test::SqlStores ours(test::open_sqlite(path));
  OtherSystem other(path);
  CHECK(other.rows("SELECT name, type, \"notnull\", pk FROM pragma_table_info('users') ORDER BY cid", 4) ==
        std::vector<std::string>{"id|INTEGER|0|1|", "email|VARCHAR|1|0|", "username|VARCHAR|1|0|",
                                 "hashed_password|VARCHAR|1|0|", "is_active|BOOLEAN|0|0|", "created_at|DATETIME|0|0|",
                                 "updated_at|DATETIME|0|0|"});
  CHECK(other.add("a@example.com", "a") == 1);
  CHECK(other.add("a@example.com", "b") == -1);
}

TEST_CASE("schema: tables may have other names") {
  test::TempDir folder;
  sql::Naming naming;
  naming.users = "members";
  naming.prefix = "auth_";
  test::SqlStores ours(test::open_sqlite((folder / "users.db").string()), naming);
  const UserId ada = added(ours, "ada@example.com", "ada").id;
  OtherSystem other((folder / "users.db").string());
  CHECK(other.integer("SELECT COUNT(*) FROM members") == 1);
  CHECK(other.integer("SELECT COUNT(*) FROM auth_accounts") == 1);
  CHECK(other.integer("SELECT COUNT(*) FROM sqlite_master WHERE name = 'users' OR name LIKE 'watchword%'") == 0);
  CHECK(login(ours, "ADA") == ada.value());
}
