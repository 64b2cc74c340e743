#include <filesystem>
#include <fstream>
#include <functional>

#include <watchword/storage/migration.hpp>
#include <watchword/storage/sqlite.hpp>

#include "flows/ports.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace watchword;
using namespace watchword::test;
namespace fs = std::filesystem;

namespace {

Secret secret(std::string_view text) { return Secret::copy_of(text).value(); }

Options sound(const std::string& url = "sqlite:///:memory:") {
  Options options;
  options.database_url = url;
  options.secret_key = secret("a test's key of more than 32 bytes, please");
  options.hashing = Argon2Policy{8, 1, true};
  return options;
}

Result<std::vector<sql::PendingMigration>> pending_at(const std::string& path) {
  return pending_migrations(sound("sqlite:///" + path));
}

std::vector<RootKey> roots(std::initializer_list<std::pair<const char*, std::size_t>> list) {
  std::vector<RootKey> keys;
  for (const auto& [id, size] : list) {
    std::string key = "root key of " + std::string(id) + ", 0123456789 0123456789 0123456789";
    key.resize(size, '.');
    keys.push_back({id, secret(key)});
  }
  return keys;
}

struct Wrong {
  const char* code;
  std::function<void(Options&)> set;
};

const std::vector<Wrong>& wrong_options() {
  static const std::vector<Wrong> all = {
      {"secret_key_missing", [](Options& o) { o.secret_key = Secret(); }},
      {"secret_key_short", [](Options& o) { o.secret_key = secret("short"); }},
      {"secret_key_placeholder", [](Options& o) { o.secret_key = secret("your-secret-key-change-in-production"); }},
      {"secret_key_placeholder",
       [](Options& o) {
         // Not what tokens are signed with, yet what everything else would be derived from.
         o.keys_json = R"({"keys":[{"kty":"oct","alg":"HS256","kid":"1",
                           "k":"MDEyMzQ1Njc4OWFiY2RlZkFCQ0RFRjAxMjM0NTY3ODk"}]})";
         o.secret_key = secret("your-secret-key-change-in-production");
       }},
      {"root_key_invalid",
       [](Options& o) {
         o.root_keys.push_back({"one", secret("your-secret-key-change-in-production")});
       }},
      {"jwks_invalid", [](Options& o) { o.keys_json = "{}"; }},
      {"root_key_invalid",
       [](Options& o) {
         o.root_keys = roots({{"one", 31}});
       }},
      {"root_key_invalid",
       [](Options& o) {
         o.root_keys = roots({{"One", 32}});
       }},
      {"root_key_invalid",
       [](Options& o) {
         o.root_keys = roots({{"", 32}});
       }},
      {"root_key_invalid",
       [](Options& o) {
         o.root_keys = roots({{"one", 32}, {"one", 33}});
       }},
      {"pepper_root",
       [](Options& o) {
         o.pepper = std::make_unique<Pepper>(Pepper{"p", secret(std::string(32, 'p'))});
       }},
      {"token_policy", [](Options& o) { o.tokens.issuer = ""; }},
      {"argon2_policy",
       [](Options& o) {
         o.hashing = Argon2Policy{8, 1, false};
       }},
      {"hash_pool_options", [](Options& o) { o.hash_pool.budget_mib = 1; }},
      {"password_policy", [](Options& o) { o.passwords.min_code_points = 1; }},
      {"executor_options", [](Options& o) { o.sql_queue = 1000001; }},
      {"executor_options", [](Options& o) { o.sql_threads = 65; }},
      {"executor_options", [](Options& o) { o.sql_queue = 0; }},
      {"feed_options", [](Options& o) { o.feed.interval = Lifetime(); }},
      {"table_name", [](Options& o) { o.naming.users = "users; DROP TABLE users"; }},
      {"session_policy", [](Options& o) { o.sessions.rotations_per_hour = 0; }},
      {"database_url", [](Options& o) { o.database_url = "mysql://localhost/users"; }},
      {"database_url", [](Options& o) { o.database_url = "postgresql://localhost/users"; }},
  };
  return all;
}

}  // namespace

TEST_CASE("C3 a wrong option is refused by name and nothing is written") {
  for (const auto& wrong : wrong_options()) {
    TempDir dir;
    auto options = sound("sqlite:///" + (dir / "users.db").string());
    wrong.set(options);
    auto opened = open(std::move(options));
    INFO(wrong.code);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code() == wrong.code);
    CHECK(opened.error().kind() == Errc::misconfigured);
    CHECK(fs::is_empty(dir.path()));
  }
}

TEST_CASE("a file that is no database or cannot be reached is left as it is") {
  TempDir dir;
  const auto path = dir / "users.db";
  const std::string text(5000, 'x');
  std::ofstream(path) << text;
  CHECK(open(sound("sqlite:///" + path.string())).error().code() == "database_not_sqlite");
  std::ifstream in(path);
  CHECK(std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>()) == text);
  CHECK(open(sound("sqlite:///" + (dir / "no/such/folder/users.db").string())).error().kind() == Errc::misconfigured);
}

TEST_CASE("without a root key the log is told and with one it is not") {
  LogBook log;
  auto options = sound();
  options.log = &log;
  CHECK(open(std::move(options)));
  CHECK(log.has("root_key_derived"));
  CHECK(log.all().find("a test's key") == std::string::npos);
  LogBook other;
  options = sound();
  options.log = &other;
  options.root_keys = roots({{"one", 32}});
  CHECK(open(std::move(options)));
  CHECK_FALSE(other.has("root_key_derived"));
}

TEST_CASE("a database of the host's own takes the place of the URL") {
  sqlite::Options memory;
  memory.path = ":memory:";
  auto database = sqlite::open(memory).value();
  auto options = sound("postgresql://nowhere/users");
  options.database = database.get();
  auto product = open(std::move(options)).value();
  CHECK(&product->database() == database.get());
  CHECK(product->ready());
}

TEST_CASE("pending steps are told and nothing is written") {
  TempDir dir;
  const auto path = (dir / "users.db").string();
  CHECK(pending_at(path).error().kind() == Errc::misconfigured);
  CHECK(fs::is_empty(dir.path()));
  std::ofstream(path).close();
  CHECK(pending_at(path).value().size() >= 4);
  CHECK(fs::file_size(path) == 0);
  CHECK(open(sound("sqlite:///" + path)));
  CHECK(pending_at(path).value().empty());
  auto options = sound("sqlite:///" + path);
  options.migrate = sql::MigrationMode::check_only;
  CHECK(open(std::move(options)));
}

TEST_CASE("C3 checking a schema makes no database") {
  TempDir dir;
  auto options = sound("sqlite:///" + (dir / "users.db").string());
  options.migrate = sql::MigrationMode::check_only;
  auto opened = open(std::move(options));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code() == "database_unreadable");
  CHECK(fs::is_empty(dir.path()));
}

TEST_CASE("4.31 the same key as its own predecessor is one key") {
  auto options = sound();
  options.secret_key_previous = secret("a test's key of more than 32 bytes, please");
  CHECK(open(std::move(options)));
}

TEST_CASE("tables take the names that the host gives them") {
  auto options = sound();
  options.naming.users = "members";
  options.naming.prefix = "auth_";
  auto product = open(std::move(options)).value();
  auto made = product->auth().register_account(
      {}, {"mike@example.com", "mike", Password::copy_of("securepassword123").value()});
  CHECK(made);
  const sql::Statement count("SELECT COUNT(*) FROM members");
  CHECK(product->database().read([&](sql::Executor& executor) -> Result<void> {
    auto rows = executor.query(count, {}, [](const sql::Row& row) -> Result<void> {
      CHECK(row.integer(0) == 1);
      return {};
    });
    if (!rows) return rows.error();
    return {};
  }));
}

TEST_CASE("4.31 sessions go on over a change of keys while the old ones are still given") {
  TempDir dir;
  const auto url = "sqlite:///" + (dir / "users.db").string();
  auto first = sound(url);
  auto second = sound(url);
  second.secret_key = secret("quite another key, of more than 32 bytes too");
  second.secret_key_previous = secret("a test's key of more than 32 bytes, please");
  std::string refresh;
  std::string access;
  {
    auto product = open(std::move(first)).value();
    Registration registration{"mike@example.com", "mike", Password::copy_of("securepassword123").value()};
    CHECK(product->auth().register_account({}, std::move(registration)));
    auto outcome = product->auth().login({}, {"mike", Password::copy_of("securepassword123").value()}).value();
    access = outcome.tokens()->access.value;
    refresh = outcome.tokens()->refresh.reveal();
    CHECK(product->auth().refresh({}, refresh));
  }
  auto product = open(std::move(second)).value();
  CHECK(product->guard().check(access));
  auto retried = product->auth().refresh({}, refresh);
  REQUIRE(retried);
  CHECK(product->guard().check(retried->access.value));
}
