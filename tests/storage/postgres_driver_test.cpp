#include <new>

#include "storage/postgres_support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

const std::vector<std::string> kThings = {
    "CREATE TABLE @things (id SERIAL PRIMARY KEY, name VARCHAR UNIQUE, n BIGINT NOT NULL)",
    "CREATE TABLE @parts (id SERIAL PRIMARY KEY, thing INTEGER NOT NULL REFERENCES @things (id), a TEXT, b TEXT,"
    " UNIQUE (a, b))"};

}  // namespace

TEST_CASE("postgres: a transaction commits what its work did and read sees it") {
  Place place(kThings);
  auto insert = place.statement("INSERT INTO @things (name, n) VALUES ($1, $2)");
  REQUIRE(execute(*place.database, insert, {"a", 1}));
  CHECK(place.read("SELECT n FROM @things WHERE name = 'a'") == 1);
}

TEST_CASE("postgres: 4.30 an error or an exception of the work rolls everything back") {
  Place place(kThings);
  auto insert = place.statement("INSERT INTO @things (name, n) VALUES ($1, $2)");
  int how = GENERATE(0, 1, 2);
  auto done = place.database->run([&](Transaction& transaction) -> Result<void> {
    REQUIRE(execute(transaction, insert, {"a", 1}));
    if (how == 1) throw std::bad_alloc();
    if (how == 2) throw 1;
    return Error(Errc::forbidden, "told_so", "No.");
  });
  const char* codes[] = {"told_so", "out_of_memory", "work_threw"};
  CHECK(code_of(done) == codes[how]);
  CHECK(place.read("SELECT count(*) FROM @things") == 0);
  CHECK(execute(*place.database, insert, {"a", 1}));
}

TEST_CASE("postgres: 4.30 a transaction or read inside another is an error and no deadlock") {
  auto database = open_postgres();
  auto nothing = [](Transaction&) -> Result<void> { return {}; };
  auto nothing_read = [](sql::Executor&) -> Result<void> { return {}; };
  CHECK(code_of(database->run([&](Transaction&) { return database->run(nothing); })) == "nested_transaction");
  CHECK(code_of(database->read([&](sql::Executor&) { return database->read(nothing_read); })) == "nested_transaction");
  CHECK(database->run(nothing));
}

TEST_CASE("postgres: a taken unique key is a conflict that names its columns and no value") {
  Place place(kThings);
  auto insert = place.statement("INSERT INTO @things (name, n) VALUES ($1, $2)");
  auto part = place.statement("INSERT INTO @parts (thing, a, b) VALUES (1, $1, $2)");
  REQUIRE(execute(*place.database, insert, {"secret", 1}));
  auto single = execute(*place.database, insert, {"secret", 2});
  REQUIRE(code_of(single) == "store_conflict");
  CHECK(single.error().kind() == Errc::conflict);
  CHECK(single.error().reason() == "things.name");
  REQUIRE(execute(*place.database, part, {"x", "y"}));
  auto twice = execute(*place.database, part, {"x", "y"});
  REQUIRE(code_of(twice) == "store_conflict");
  CHECK(twice.error().reason() == "parts.a, parts.b");
}

TEST_CASE("postgres: a missing parent row is a conflict and a broken rule is a defect") {
  Place place(kThings);
  auto part = place.statement("INSERT INTO @parts (thing) VALUES ($1)");
  CHECK(code_of(execute(*place.database, part, {7})) == "store_conflict");
  auto broken = execute(*place.database, part, {nullptr});
  REQUIRE(code_of(broken) == "store_statement");
  CHECK(broken.error().reason() == "SQLSTATE 23502 parts thing");
}

TEST_CASE("postgres: after a failed statement a work can only be rolled back") {
  Place place(kThings);
  auto insert = place.statement("INSERT INTO @things (name, n) VALUES ($1, $2)");
  auto done = place.database->run([&](Transaction& t) -> Result<void> {
    REQUIRE(execute(t, insert, {"a", 1}));
    CHECK(code_of(execute(t, insert, {"a", 1})) == "store_conflict");
    CHECK(code_of(execute(t, insert, {"b", 1})) == "store_conflict");
    return {};
  });
  CHECK(code_of(done) == "store_conflict");
  CHECK(place.read("SELECT count(*) FROM @things") == 0);
}

TEST_CASE("postgres: execute gives the number of rows that it changed") {
  Place place(kThings);
  auto insert = place.statement("INSERT INTO @things (name, n) VALUES ($1, $2)");
  auto update = place.statement("UPDATE @things SET n = n + 1 WHERE n >= $1");
  auto index = place.statement("CREATE INDEX things_n ON @things (n)");
  REQUIRE(place.database->run([&](Transaction& t) -> Result<void> {
    for (int i = 0; i < 3; ++i) CHECK(*t.executor()->execute(insert, {std::to_string(i), i}) == 1);
    CHECK(*t.executor()->execute(update, {1}) == 2);
    CHECK(*t.executor()->execute(update, {100}) == 0);
    CHECK(*t.executor()->execute(index, {}) == 0);
    return {};
  }));
}

TEST_CASE("postgres: statements in wrong use are defects that say so") {
  Place place(kThings);
  auto code = [&](const char* text, std::initializer_list<sql::Value> values) {
    return code_of(execute(*place.database, place.statement(text), values));
  };
  CHECK(code("INSERT INTO @nowhere VALUES (1)", {}) == "store_statement");
  CHECK(code("INSERT INTO @things (n) VALUES ($1)", {}) == "store_statement");
  CHECK(code("SELECT 1", {}) == "store_statement");
  CHECK(code("DELETE FROM @things; DELETE FROM @parts", {}) == "store_statement");
  CHECK(code("", {}) == "store_statement");
}

TEST_CASE("postgres: a read cannot write and sees one snapshot") {
  Place place(kThings);
  auto insert = place.statement("INSERT INTO @things (n) VALUES (1)");
  auto count = place.statement("SELECT count(*) FROM @things");
  auto writer = open_postgres();
  std::int64_t counts[2] = {-1, -1};
  REQUIRE(place.database->read([&](sql::Executor& executor) -> Result<void> {
    for (auto& n : counts) {
      REQUIRE(executor.query(count, {}, [&](const sql::Row& row) -> Result<void> {
        n = row.integer(0);
        return {};
      }));
      REQUIRE(execute(*writer, insert));
    }
    return {};
  }));
  CHECK(counts[0] == 0);
  CHECK(counts[1] == 0);
  auto wrote = place.database->read([&](sql::Executor& executor) -> Result<void> {
    auto done = executor.execute(insert, {});
    return done ? Result<void>() : done.error();
  });
  CHECK(code_of(wrote) == "store_read_only");
  CHECK(place.read("SELECT count(*) FROM @things") == 2);
}

TEST_CASE("postgres: a query inside its own rows sees a statement of its own") {
  auto database = open_postgres();
  static const sql::Statement numbers("VALUES (1), (2)");
  int seen = 0;
  REQUIRE(database->read([&](sql::Executor& executor) -> Result<void> {
    auto inner = [&](const sql::Row&) -> Result<void> { return ++seen, Result<void>(); };
    auto outer = [&](const sql::Row&) -> Result<void> {
      auto rows = executor.query(numbers, {}, inner);
      return rows ? Result<void>() : rows.error();
    };
    CHECK(*executor.query(numbers, {}, outer) == 2);
    return {};
  }));
  CHECK(seen == 4);
}

TEST_CASE("postgres: tables are found by their names in their schema") {
  Place place(kThings);
  REQUIRE(place.database->read([&](sql::Executor& executor) -> Result<void> {
    CHECK(*place.database->has_table(executor, place.table_text("@things")));
    CHECK(*place.database->has_table(executor, place.table_text("@Things")));
    CHECK_FALSE(*place.database->has_table(executor, place.table_text("@thing")));
    CHECK_FALSE(*place.database->has_table(executor, "things"));
    return {};
  }));
}

TEST_CASE("postgres: an id is given by the table's own generator and by nobody else again") {
  Place place(kThings);
  auto insert = place.statement("INSERT INTO @things (n) VALUES (1)");
  const auto table = place.table_text("@things");
  auto draw = [&](std::int64_t at_least) {
    std::int64_t id = 0;
    REQUIRE(place.database->run([&](Transaction& t) -> Result<void> {
      auto drawn = place.database->draw_id(*t.executor(), table, at_least);
      if (!drawn) return drawn.error();
      id = *drawn;
      return {};
    }));
    return id;
  };
  REQUIRE(execute(*place.database, insert));
  CHECK(draw(2) == 2);
  CHECK(draw(100) == 100);
  REQUIRE(execute(*place.database, insert));
  CHECK(place.read("SELECT max(id) FROM @things") == 101);
  CHECK(draw(50) == 102);
}

TEST_CASE("postgres: each type comes back as it went in, with and without prepared statements") {
  postgres::Options options;
  options.url = postgres_url();
  options.prepared_statements = GENERATE(true, false);
  auto database = open_postgres(options);
  Place place(
      {"CREATE TABLE @all (a BIGINT, b BOOLEAN, c VARCHAR, d BYTEA, e TIMESTAMP, f TIMESTAMPTZ, g INTEGER,"
       " h DATE)"});
  const std::uint8_t bytes[] = {0, 255, 1};
  const auto moment = Timestamp::from_microseconds(1767225600123456);
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  auto insert = place.statement("INSERT INTO @all VALUES ($1, $2, $3, $4, $5, $6, $7, '2026-01-01')");
  REQUIRE(execute(*database, insert, {least, true, "a\xc3\xa9", ByteView(bytes, 3), moment, moment, -7}));
  REQUIRE(execute(*database, insert, {nullptr, nullptr, "", ByteView(), nullptr, nullptr, nullptr}));
  auto select = place.statement("SELECT * FROM @all ORDER BY a NULLS LAST");
  int rows = 0;
  REQUIRE(database->read([&](sql::Executor& executor) -> Result<void> {
    REQUIRE(executor.query(select, {}, [&](const sql::Row& row) -> Result<void> {
      bool first = rows++ == 0;
      CHECK(row.integer(0) == (first ? least : 0));
      CHECK(row.boolean(1) == first);
      CHECK(row.text(2) == (first ? "a\xc3\xa9" : ""));
      CHECK_FALSE(row.is_null(2));
      CHECK(row.blob(3).size() == (first ? 3U : 0U));
      CHECK_FALSE(row.is_null(3));
      CHECK(row.is_null(4) == !first);
      CHECK(row.timestamp(4) == (first ? moment : Timestamp()));
      CHECK(row.timestamp(5) == (first ? moment : Timestamp()));
      CHECK(row.integer(6) == (first ? -7 : 0));
      CHECK(row.timestamp(7) == Timestamp::from_seconds(1767225600));
      CHECK(row.text(0).empty());
      CHECK(row.integer(2) == 0);
      return {};
    }));
    return {};
  }));
  CHECK(rows == 2);
}

TEST_CASE("postgres: NULL first and a value later go through one prepared statement") {
  Place place({"CREATE TABLE @few (a BIGINT, b BYTEA, c VARCHAR)"});
  auto insert = place.statement("INSERT INTO @few VALUES ($1, $2, $3)");
  const std::uint8_t bytes[] = {7, 8};
  REQUIRE(execute(*place.database, insert, {nullptr, nullptr, nullptr}));
  REQUIRE(execute(*place.database, insert, {5, ByteView(bytes, 2), "five"}));
  CHECK(place.read("SELECT count(*) FROM @few WHERE a = 5 AND b = '\\x0708' AND c = 'five'") == 1);
}
