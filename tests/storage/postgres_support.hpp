#pragma once

#include "contract/postgres_backend.hpp"
#include "storage/support.hpp"

namespace watchword::test {

/// A database whose schema is its own.
class Place final {
 public:
  explicit Place(const std::vector<std::string>& tables = {}) {
    for (const auto& table : tables) PostgresSchema::run(table_text(table));
  }
  /// The text with `@` replaced by the schema's name and a dot.
  std::string table_text(std::string text) const {
    const std::string prefix = schema.naming().schema + ".";
    for (auto at = text.find('@'); at != std::string::npos; at = text.find('@', at + prefix.size())) {
      text.replace(at, 1, prefix);
    }
    return text;
  }
  sql::Statement statement(const std::string& text) const { return sql::Statement(table_text(text)); }
  std::int64_t read(const std::string& text) { return read_integer(*database, table_text(text)); }

  PostgresSchema schema;
  std::unique_ptr<sql::Database> database = open_postgres();
};

inline Result<void> execute(sql::Database& database, const sql::Statement& statement,
                            std::initializer_list<sql::Value> values = {}) {
  return database.run([&](Transaction& transaction) { return execute(transaction, statement, values); });
}

/// A database of a name that the server knows its connections by, so that they can be ended and no other case's.
inline std::unique_ptr<sql::Database> open_named(const std::string& name) {
  postgres::Options options;
  options.url = postgres_url() + "&application_name=" + name;
  return open_postgres(options);
}

/// Ends all connections of that name, from another.
inline void terminate_backends(const std::string& name) {
  auto database = open_postgres();
  const sql::Statement end("SELECT pg_terminate_backend(pid)::int FROM pg_stat_activity WHERE application_name = $1");
  auto ended = database->read([&](sql::Executor& executor) -> Result<void> {
    auto rows = executor.query(end, {name}, [](const sql::Row&) -> Result<void> { return {}; });
    return rows ? Result<void>() : rows.error();
  });
  REQUIRE(ended);
}

}  // namespace watchword::test
