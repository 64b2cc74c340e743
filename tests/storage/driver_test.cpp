#include <new>

#include <sys/stat.h>

#include "storage/support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

DatabasePtr database_with_things(const std::string& where, const TempDir& dir) {
  sqlite::Options options;
  options.path = where == "memory" ? ":memory:" : (dir / "things.db").string();
  auto database = open_database(options);
  REQUIRE(run_scripts(*database, {"CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE, n INTEGER NOT NULL)",
                                  "CREATE TABLE parts (id INTEGER PRIMARY KEY, thing INTEGER NOT NULL REFERENCES "
                                  "things (id), a TEXT, b TEXT, UNIQUE (a, b))"}));
  return database;
}

const sql::Statement& insert_thing() {
  static const sql::Statement statement("INSERT INTO things (name, n) VALUES ($1, $2)");
  return statement;
}

}  // namespace

TEST_CASE("a transaction commits what its work did and read sees it") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  auto done = database->run([](Transaction& transaction) { return execute(transaction, insert_thing(), {"a", 1}); });
  REQUIRE(done);
  CHECK(read_integer(*database, "SELECT n FROM things WHERE name = 'a'") == 1);
}

TEST_CASE("an error of the work rolls everything back and is returned") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  auto done = database->run([](Transaction& transaction) -> Result<void> {
    REQUIRE(execute(transaction, insert_thing(), {"a", 1}));
    return Error(Errc::forbidden, "told_so", "No.");
  });
  CHECK(code_of(done) == "told_so");
  CHECK(read_integer(*database, "SELECT count(*) FROM things") == 0);
}

TEST_CASE("4.30 a work that throws is contained and rolled back") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  bool memory = GENERATE(false, true);
  auto done = database->run([&](Transaction& transaction) -> Result<void> {
    REQUIRE(execute(transaction, insert_thing(), {"a", 1}));
    if (memory) throw std::bad_alloc();
    throw 1;
  });
  CHECK(code_of(done) == (memory ? "out_of_memory" : "work_threw"));
  CHECK(read_integer(*database, "SELECT count(*) FROM things") == 0);
  CHECK(database->run([](Transaction& transaction) { return execute(transaction, insert_thing(), {"a", 1}); }));
}

TEST_CASE("4.30 a transaction or read inside another is an error and no deadlock") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  auto nothing = [](Transaction&) -> Result<void> { return {}; };
  auto nothing_read = [](sql::Executor&) -> Result<void> { return {}; };
  CHECK(code_of(database->run([&](Transaction&) { return database->run(nothing); })) == "nested_transaction");
  CHECK(code_of(database->run([&](Transaction&) { return database->read(nothing_read); })) == "nested_transaction");
  CHECK(code_of(database->read([&](sql::Executor&) { return database->run(nothing); })) == "nested_transaction");
  CHECK(code_of(database->read([&](sql::Executor&) { return database->read(nothing_read); })) == "nested_transaction");
  CHECK(database->run(nothing));
}

TEST_CASE("a transaction of one database may be begun inside another's") {
  TempDir dir;
  auto outer = open_file(dir / "outer.db");
  auto inner = open_file(dir / "inner.db");
  CHECK(outer->run([&](Transaction&) { return inner->run([](Transaction&) -> Result<void> { return {}; }); }));
}

TEST_CASE("a taken unique key is a conflict that names its columns") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  static const sql::Statement part("INSERT INTO parts (thing, a, b) VALUES ($1, $2, $3)");
  REQUIRE(database->run([](Transaction& t) { return execute(t, insert_thing(), {"a", 1}); }));
  auto single = database->run([](Transaction& t) { return execute(t, insert_thing(), {"a", 2}); });
  REQUIRE(code_of(single) == "store_conflict");
  CHECK(single.error().kind() == Errc::conflict);
  CHECK(single.error().reason() == "things.name");
  auto twice = database->run([](Transaction& t) -> Result<void> {
    REQUIRE(execute(t, part, {1, "x", "y"}));
    return execute(t, part, {1, "x", "y"});
  });
  REQUIRE(code_of(twice) == "store_conflict");
  CHECK(twice.error().reason() == "parts.a, parts.b");
}

TEST_CASE("a missing parent row is a conflict and a broken rule is a defect") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  static const sql::Statement part("INSERT INTO parts (thing) VALUES ($1)");
  CHECK(code_of(database->run([](Transaction& t) { return execute(t, part, {7}); })) == "store_conflict");
  CHECK(code_of(database->run([](Transaction& t) { return execute(t, part, {nullptr}); })) == "store_statement");
}

TEST_CASE("after a failed statement a work can only be rolled back") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  auto done = database->run([](Transaction& t) -> Result<void> {
    REQUIRE(execute(t, insert_thing(), {"a", 1}));
    CHECK(code_of(execute(t, insert_thing(), {"a", 1})) == "store_conflict");
    CHECK(code_of(execute(t, insert_thing(), {"b", 1})) == "store_conflict");
    return {};
  });
  CHECK(code_of(done) == "store_conflict");
  CHECK(read_integer(*database, "SELECT count(*) FROM things") == 0);
}

TEST_CASE("execute gives the number of rows that it changed") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  static const sql::Statement update("UPDATE things SET n = n + 1 WHERE n >= $1");
  static const sql::Statement index("CREATE INDEX things_n ON things (n)");
  REQUIRE(database->run([](Transaction& t) -> Result<void> {
    for (int i = 0; i < 3; ++i) CHECK(*t.executor()->execute(insert_thing(), {std::to_string(i), i}) == 1);
    CHECK(*t.executor()->execute(update, {1}) == 2);
    CHECK(*t.executor()->execute(update, {100}) == 0);
    CHECK(*t.executor()->execute(index, {}) == 0);
    return {};
  }));
}

TEST_CASE("query shows rows in turn and ends at the first refusal") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  static const sql::Statement numbers("VALUES (1), (2), (3)");
  int shown = 0;
  auto stopped = database->read([&](sql::Executor& executor) -> Result<void> {
    auto rows = executor.query(numbers, {}, [&](const sql::Row& row) -> Result<void> {
      shown = static_cast<int>(row.integer(0));
      if (shown == 2) return Error(Errc::forbidden, "enough", "Enough.");
      return {};
    });
    return rows ? Result<void>() : rows.error();
  });
  CHECK(code_of(stopped) == "enough");
  CHECK(shown == 2);
  CHECK(read_integer(*database, "SELECT 5") == 5);
}

TEST_CASE("query returns the rows that a writing statement returns") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  static const sql::Statement insert("INSERT INTO things (name, n) VALUES ($1, $2) RETURNING id");
  std::int64_t id = 0;
  REQUIRE(database->run([&](Transaction& t) -> Result<void> {
    auto rows = t.executor()->query(insert, {"a", 1}, [&](const sql::Row& row) -> Result<void> {
      id = row.integer(0);
      return {};
    });
    CHECK(*rows == 1);
    return {};
  }));
  CHECK(id == 1);
}

TEST_CASE("a query inside its own rows sees a statement of its own") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
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

TEST_CASE("statements in wrong use are defects that say so") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  auto code = [&](const char* text, std::initializer_list<sql::Value> values) {
    sql::Statement statement(text);
    return code_of(database->run([&](Transaction& t) { return execute(t, statement, values); }));
  };
  CHECK(code("INSERT INTO nowhere VALUES (1)", {}) == "store_statement");
  CHECK(code("INSERT INTO things (n) VALUES ($1)", {}) == "store_statement");
  CHECK(code("INSERT INTO things (n) VALUES ($1)", {1, 2}) == "store_statement");
  CHECK(code("INSERT INTO things (n) VALUES ($2)", {1}) == "store_statement");
  CHECK(code("SELECT 1", {}) == "store_statement");
  CHECK(code("DELETE FROM things; DELETE FROM parts", {}) == "store_statement");
  CHECK(code("", {}) == "store_statement");
}

TEST_CASE("parameters go by their numbers and may be used twice") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  static const sql::Statement swapped("SELECT $2 - $1, $1 + $1");
  REQUIRE(database->read([](sql::Executor& executor) -> Result<void> {
    auto rows = executor.query(swapped, {3, 10}, [](const sql::Row& row) -> Result<void> {
      CHECK(row.integer(0) == 7);
      CHECK(row.integer(1) == 6);
      return {};
    });
    return rows ? Result<void>() : rows.error();
  }));
}

TEST_CASE("a read cannot write") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  auto wrote = database->read([](sql::Executor& executor) -> Result<void> {
    auto done = executor.execute(insert_thing(), {"a", 1});
    return done ? Result<void>() : done.error();
  });
  CHECK(code_of(wrote) == "store_read_only");
  CHECK(read_integer(*database, "SELECT count(*) FROM things") == 0);
}

TEST_CASE("all statements of one read see one snapshot") {
  TempDir dir;
  auto database = database_with_things("file", dir);
  auto writer = open_file(dir / "things.db");
  static const sql::Statement count("SELECT count(*) FROM things");
  std::int64_t counts[2] = {-1, -1};
  REQUIRE(database->read([&](sql::Executor& executor) -> Result<void> {
    for (auto& n : counts) {
      REQUIRE(executor.query(count, {}, [&](const sql::Row& row) -> Result<void> {
        n = row.integer(0);
        return {};
      }));
      REQUIRE(writer->run([](Transaction& t) { return execute(t, insert_thing(), {nullptr, 1}); }));
    }
    return {};
  }));
  CHECK(counts[0] == 0);
  CHECK(counts[1] == 0);
  CHECK(read_integer(*database, "SELECT count(*) FROM things") == 2);
}

TEST_CASE("has_table finds tables whatever their letters case and no others") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  REQUIRE(database->read([&](sql::Executor& executor) -> Result<void> {
    CHECK(*database->has_table(executor, "things"));
    CHECK(*database->has_table(executor, "Things"));
    CHECK(*database->has_table(executor, "main.things"));
    CHECK_FALSE(*database->has_table(executor, "thing"));
    return {};
  }));
}

TEST_CASE("a script is one statement in a transaction of the same database") {
  TempDir dir;
  auto database = database_with_things(GENERATE("file", "memory"), dir);
  auto other = open_file(dir / "other.db");
  CHECK(code_of(run_scripts(*database, {"CREATE TABLE x (a); CREATE TABLE y (a)"})) == "store_statement");
  CHECK(code_of(run_scripts(*database, {"SELECT 1"})) == "store_statement");
  CHECK(code_of(run_scripts(*database, {"CREATE TABLE x (a) ; "})) == "success");
  auto foreign = other->run([&](Transaction& t) { return database->execute_script(t, "CREATE TABLE z (a)"); });
  CHECK(code_of(foreign) == "foreign_transaction");
}

TEST_CASE("the engine's types stand in for the port's names") {
  TempDir dir;
  auto database = database_with_things("memory", dir);
  CHECK(database->render_types("a {bigint}, b {boolean}, c {blob}, d {timestamp}, e {bigint}") ==
        "a INTEGER, b BOOLEAN, c BLOB, d DATETIME, e INTEGER");
}

TEST_CASE("a new file and its companions may be read by their owner alone") {
  TempDir dir;
  mode_t mask = ::umask(GENERATE(0, 0022, 0777));
  auto database = database_with_things("file", dir);
  ::umask(mask);
  for (const char* name : {"things.db", "things.db-wal", "things.db-shm"}) {
    struct stat status {};
    REQUIRE(::stat((dir / name).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
  }
}
