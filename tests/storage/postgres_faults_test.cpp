#include <atomic>
#include <latch>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "storage/postgres/url.hpp"
#include "storage/postgres_support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

std::string open_refusal(const std::string& url) {
  postgres::Options options;
  options.url = url;
  auto opened = postgres::open(options);
  return opened ? "success" : std::string(opened.error().code());
}

const std::vector<std::string> kAccounts = {"CREATE TABLE @accounts (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)",
                                            "INSERT INTO @accounts VALUES (1, 0), (2, 0)"};

}  // namespace

TEST_CASE("postgres: what cannot be opened is refused by a clear error without the URL") {
  CHECK(open_refusal("sqlite:///x.db") == "database_url");
  CHECK(open_refusal("postgresql://h/d?no_such_parameter=1") == "database_url");
  CHECK(open_refusal("postgresql://h/d?prepared_statements=maybe") == "database_url");
  auto other = postgres_url();
  other.replace(other.find("/postgres?"), 10, "/no_such_database?");
  CHECK(open_refusal(other) == "database_refused");
  postgres::Options options;
  options.url = "postgresql://user:hunter2@127.0.0.1:1/d";
  auto nobody = postgres::open(options);
  REQUIRE(code_of(nobody) == "store_unavailable");
  CHECK(nobody.error().reason().find("hunter2") == std::string_view::npos);
  options.url = postgres_url();
  options.connections = 0;
  CHECK(code_of(postgres::open(options)) == "database_options");
}

TEST_CASE("postgres: our own parameters are taken out of the URL and others' spelled as libpq does") {
  auto url = postgres::parse_url("postgresql+asyncpg://u:p@h/d?ssl=require&prepared_statements=off&a=b");
  REQUIRE(url);
  CHECK(url->text == "postgresql://u:p@h/d?sslmode=require&a=b");
  CHECK_FALSE(url->prepared_statements);
  CHECK(postgres::parse_url("postgres://h/d")->text == "postgresql://h/d");
  CHECK(postgres::parse_url("postgresql://h/d?prepared_statements=on")->text == "postgresql://h/d");
}

TEST_CASE("postgres: 4.10 a work is run again until its serialization failures end") {
  Place place(kAccounts);
  PostgresSchema::run(place.table_text("CREATE SEQUENCE @tries"));
  PostgresSchema::run(place.table_text(
      "CREATE FUNCTION @fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('@tries') < 4 THEN"
      " RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF; RETURN NEW; END $$"));
  PostgresSchema::run(
      place.table_text("CREATE TRIGGER t BEFORE UPDATE ON @accounts FOR EACH ROW EXECUTE FUNCTION @fail()"));
  auto raise = place.statement("UPDATE @accounts SET n = n + 1 WHERE id = 1");
  int runs = 0;
  REQUIRE(place.database->run([&](Transaction& t) {
    ++runs;
    return execute(t, raise);
  }));
  CHECK(runs == 4);
  CHECK(place.read("SELECT n FROM @accounts WHERE id = 1") == 1);
}

TEST_CASE("postgres: 4.10 of two works that lock in opposite order both succeed in the end") {
  Place place(kAccounts);
  auto raise = place.statement("UPDATE @accounts SET n = n + 1 WHERE id = $1");
  std::latch both(2);
  std::atomic<int> runs{0};
  auto work = [&](std::int64_t first, std::int64_t second) {
    bool met = false;
    return place.database->run([&](Transaction& t) -> Result<void> {
      ++runs;
      if (auto done = execute(t, raise, {first}); !done) return done;
      if (!met) both.arrive_and_wait();
      met = true;
      return execute(t, raise, {second});
    });
  };
  Result<void> other;
  std::thread thread([&] { other = work(2, 1); });
  CHECK(work(1, 2));
  thread.join();
  CHECK(other);
  CHECK(runs > 2);
  CHECK(place.read("SELECT sum(n)::bigint FROM @accounts") == 4);
}

TEST_CASE("postgres: 4.8 a work whose connection is ended runs again on another") {
  Place place(kAccounts);
  const auto name = place.schema.naming().schema;
  auto database = open_named(name);
  auto raise = place.statement("UPDATE @accounts SET n = n + 1 WHERE id = 1");
  int runs = 0;
  REQUIRE(database->run([&](Transaction& t) -> Result<void> {
    if (auto done = execute(t, raise); !done) return done;
    if (++runs == 1) std::thread([&] { terminate_backends(name); }).join();
    return {};
  }));
  CHECK(runs == 2);
  CHECK(place.read("SELECT n FROM @accounts WHERE id = 1") == 1);
}

TEST_CASE("postgres: 4.8 idle connections that were ended are not lent") {
  Place place(kAccounts);
  const auto name = place.schema.naming().schema;
  auto database = open_named(name);
  CHECK(read_integer(*database, "SELECT 5") == 5);
  terminate_backends(name);
  CHECK(read_integer(*database, "SELECT 5") == 5);
}

TEST_CASE("postgres: a statement that takes too long and a busy pool are refused in time") {
  postgres::Options options;
  options.url = postgres_url();
  options.connections = 1;
  options.pool_timeout = Lifetime::milliseconds(50);
  options.statement_timeout = Lifetime::milliseconds(100);
  auto database = open_postgres(options);
  static const sql::Statement sleep("SELECT 1 FROM pg_sleep(30)");
  Result<void> second;
  auto slow = database->read([&](sql::Executor& executor) -> Result<void> {
    std::thread([&] { second = database->run([](Transaction&) -> Result<void> { return {}; }); }).join();
    auto rows = executor.query(sleep, {}, [](const sql::Row&) -> Result<void> { return {}; });
    return rows ? Result<void>() : rows.error();
  });
  CHECK(code_of(slow) == "store_unavailable");
  CHECK(code_of(second) == "store_unavailable");
  CHECK(second.error().reason() == "all connections are busy");
  CHECK(read_integer(*database, "SELECT 5") == 5);
}

TEST_CASE("postgres: 4.12 a child process is refused and the parent goes on") {
  auto database = open_postgres();
  const pid_t child = ::fork();
  if (child == 0) {
    bool refused = code_of(database->run([](Transaction&) -> Result<void> { return {}; })) == "store_after_fork";
    database.reset();
    ::_exit(refused ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(read_integer(*database, "SELECT 5") == 5);
}

TEST_CASE("postgres: many who open one database at once migrate it once") {
  PostgresSchema schema;
  constexpr int kOpeners = 8;
  std::latch start(kOpeners);
  std::vector<Result<void>> outcomes(kOpeners);
  std::vector<std::thread> threads;
  for (auto& outcome : outcomes) {
    threads.emplace_back([&] {
      auto database = open_postgres();
      start.arrive_and_wait();
      outcome = migrate_all(*database, schema.naming());
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& outcome : outcomes) CHECK(code_of(outcome) == "success");
}
