#pragma once

#include <atomic>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include <watchword/storage/postgres.hpp>

#include "contract/sql_backend.hpp"

namespace watchword::test {

/// Where the tests' PostgreSQL server is; it is started and stopped by CTest.
inline std::string postgres_url() {
  std::ifstream file(WATCHWORD_TEST_SERVERS "/postgres.url");
  std::string url{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (url.empty()) throw std::runtime_error("no PostgreSQL server: run the case by ctest, which starts one");
  return url;
}

inline std::unique_ptr<sql::Database> open_postgres(const postgres::Options& options) {
  auto opened = postgres::open(options);
  if (!opened) throw std::runtime_error(std::string(opened.error().code()));
  return *std::move(opened);
}

inline std::unique_ptr<sql::Database> open_postgres() {
  postgres::Options options;
  options.url = postgres_url();
  return open_postgres(options);
}

/// A schema of a name that no other has, for as long as it lives.
class PostgresSchema final {
 public:
  PostgresSchema() {
    static std::atomic<int> number{0};
    naming_.schema = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++number);
    run("CREATE SCHEMA " + naming_.schema);
  }
  PostgresSchema(const PostgresSchema&) = delete;
  PostgresSchema& operator=(const PostgresSchema&) = delete;
  ~PostgresSchema() {
    try {
      run("DROP SCHEMA " + naming_.schema + " CASCADE");
    } catch (...) {
      // The server goes with the suite.
    }
  }
  const sql::Naming& naming() const { return naming_; }
  /// A statement on a connection of its own.
  static void run(const std::string& text) {
    auto database = open_postgres();
    auto done = database->run([&](Transaction& t) { return database->execute_script(t, text); });
    if (!done) throw std::runtime_error(std::string(done.error().reason()));
  }

 private:
  sql::Naming naming_;
};

/// A backend for the contracts: a schema on the tests' server.
struct OwnSchema {
  PostgresSchema schema;
};
class Postgres : private OwnSchema, public SqlStores {
 public:
  Postgres() : SqlStores(open_postgres(), OwnSchema::schema.naming()) {}
};

}  // namespace watchword::test
