#include <watchword/storage/database_url.hpp>

#include "storage/support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

std::string target_of(std::string_view url) {
  auto parsed = parse_database_url(url);
  return parsed ? parsed->target : std::string(parsed.error().code());
}

std::string display_of(std::string_view url) {
  auto parsed = parse_database_url(url);
  return parsed ? parsed->display : std::string(parsed.error().code());
}

}  // namespace

TEST_CASE("SQLite addresses give the path of their file") {
  CHECK(target_of("sqlite:///./watchword.db") == "./watchword.db");
  CHECK(target_of("sqlite:///relative.db") == "relative.db");
  CHECK(target_of("sqlite:////var/lib/a.db") == "/var/lib/a.db");
  CHECK(target_of("sqlite+aiosqlite:///./test.db") == "./test.db");
  CHECK(target_of("SQLite+Whatever:///a.db") == "a.db");
  CHECK(target_of("sqlite:///a%20b%2Fc.db") == "a b/c.db");
  CHECK(target_of("sqlite:///a.db?check_same_thread=False") == "a.db");
  CHECK(target_of("sqlite:///a%3Fb.db") == "a?b.db");
  CHECK(parse_database_url("sqlite:///a.db")->engine == DatabaseUrl::Engine::sqlite);
  CHECK(display_of("sqlite+aiosqlite:///./test.db?x=y") == "sqlite:///./test.db");
}

TEST_CASE("SQLite addresses without a path are in memory") {
  for (const char* url : {"sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite+aiosqlite:///:memory:"}) {
    CHECK(target_of(url) == ":memory:");
  }
}

TEST_CASE("PostgreSQL addresses are put in the spelling of libpq") {
  const char* url = "postgresql+asyncpg://ada:s3cret%40@db.example:5433/auth?sslmode=require";
  CHECK(target_of(url) == "postgresql://ada:s3cret%40@db.example:5433/auth?sslmode=require");
  CHECK(parse_database_url(url)->engine == DatabaseUrl::Engine::postgresql);
  CHECK(target_of("postgres://h/d") == "postgresql://h/d");
  CHECK(target_of("postgresql:///d") == "postgresql:///d");
}

TEST_CASE("what is shown of an address holds no user and no password and no query") {
  CHECK(display_of("postgresql://ada:s3cret@db.example:5433/auth?password=s3cret") ==
        "postgresql://db.example:5433/auth");
  CHECK(display_of("postgresql://a@b:c@db/auth") == "postgresql://db/auth");
  CHECK(display_of("postgresql://db?user=ada") == "postgresql://db");
  CHECK(display_of("postgresql://[::1]:5432/auth") == "postgresql://[::1]:5432/auth");
}

TEST_CASE("other addresses are refused without being repeated") {
  for (const char* url :
       {"", "watchword.db", "mysql://h/s3cret", "sqlite:/s3cret.db", "sqlite", "sqlite://s3cret/a.db", "sqlite:///a%zz",
        "sqlite:///a%2", "sqlite:///a%", "sqlite:///a%00b", "sqlite:///a\nb", "sqlite:///a%0ab", "://s3cret",
        "postgresql://h/d\r", "postgresql://ada:s3/cret@db/d", "postgresql://ada:s3#cret@db/d",
        "postgresql://ada:s3?cret@db/d", "postgresql://ada:/s3cret@db/d", "postgresql://db/d?password=x@s3cret"}) {
    CAPTURE(url);
    auto parsed = parse_database_url(url);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code() == "database_url");
    CHECK(parsed.error().kind() == Errc::misconfigured);
    CHECK(parsed.error().reason().find("s3cret") == std::string_view::npos);
  }
}

TEST_CASE("names of tables are checked") {
  auto code = [](const char* schema, const std::string& users, const std::string& prefix) {
    sql::Naming naming;
    naming.schema = schema;
    naming.users = users;
    naming.prefix = prefix;
    return code_of(sql::check_naming(naming));
  };
  CHECK(code("", "users", "watchword_") == "success");
  CHECK(code("auth", "_U1", "w") == "success");
  CHECK(code("", std::string(48, 'u'), "w") == "success");
  CHECK(code("", std::string(49, 'u'), "w") == "table_name");
  for (const char* bad : {"", "1u", "u;", "u u", "\"u\"", "a.b", "\xc3\xbc"}) {
    CHECK(code("", bad, "w") == "table_name");
    CHECK(code("", "users", bad) == "table_name");
  }
  CHECK(code("a.b", "users", "w") == "table_name");
}
