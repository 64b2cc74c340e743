#include <filesystem>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

struct SeedRow {
  const char* email;
  const char* username;
  const char* password;
};
constexpr SeedRow kRows[] = {
    {"user@example.com", "testuser", "securepassword123"},
    {"Ada.Lovelace@example.org", "ada", "Analytical-Engine-1843"},
    {"zoe@example.net", "zo\xC3\xAB", "p\xC3\xA4ssw\xC3\xB6rd-mit-\xC3\x9Cml\xC3\xA4uten"},
};

std::string copy_of_seed(const TempDir& dir) {
  auto path = dir / "seed.db";
  std::filesystem::copy_file(WATCHWORD_TEST_DATA "/vectors/seed/seed_users.db", path);
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return path.string();
}

std::string hash_of(World& world, UserId user) {
  return world.product->credentials().find(user).value()->password_hash;
}

}  // namespace

TEST_CASE("a database of the older system opens as it is and its users are rehashed as they sign in") {
  TempDir dir;
  World world({copy_of_seed(dir)});
  for (int i = 0; i < 3; ++i) {
    const auto& row = kRows[i];
    UserId id(i + 1);
    INFO(row.username);
    CHECK(hash_of(world, id).rfind("$2b$12$", 0) == 0);
    auto before = world.product->accounts().find(id).value().value();
    CHECK(world.login(i == 0 ? row.email : row.username, row.password).user == id);
    CHECK(hash_of(world, id).rfind("$argon2id$", 0) == 0);
    CHECK(world.login(i == 0 ? row.username : row.email, row.password).user == id);
    auto after = world.product->accounts().find(id).value().value();
    CHECK(after.email == row.email);
    CHECK(after.username == row.username);
    CHECK(after.is_active);
    CHECK(after.created_at == before.created_at);
    CHECK(after.updated_at == before.updated_at);
  }
  CHECK_FALSE(world.try_login("testuser", "Analytical-Engine-1843"));
}

TEST_CASE("the older system's own statements still work on the opened file") {
  TempDir dir;
  World world({copy_of_seed(dir)});
  const sql::Statement select(
      "SELECT users.id, users.email, users.username, users.hashed_password, users.is_active, users.created_at,"
      " users.updated_at FROM users WHERE users.username = $1");
  int rows = 0;
  CHECK(world.real_database->read([&](sql::Executor& executor) -> Result<void> {
    auto found = executor.query(select, {"ada"}, [&](const sql::Row& row) -> Result<void> {
      ++rows;
      CHECK(row.integer(0) == 2);
      CHECK(row.boolean(4));
      return {};
    });
    if (!found) return found.error();
    return {};
  }));
  CHECK(rows == 1);
}

TEST_CASE("a row that the older system adds meanwhile signs in at once") {
  TempDir dir;
  World world({copy_of_seed(dir)});
  const std::string hash = hash_of(world, UserId(1));
  const sql::Statement insert(
      "INSERT INTO users (email, username, hashed_password, is_active) VALUES ('New@example.com', 'newer', $1, 1)");
  CHECK(world.real_database->run([&](Transaction& transaction) -> Result<void> {
    auto added = transaction.executor()->execute(insert, {hash});
    if (!added) return added.error();
    return {};
  }));
  auto tokens = world.login("new@EXAMPLE.com", "securepassword123");
  CHECK(world.refusal(tokens) == "");
  auto code = world.reset_code("new@example.com");
  CHECK(world.mailbox.messages().back().to == "New@example.com");
  CHECK(world.reset(code));
  CHECK(world.try_login("newer", kNewPassword));
}
