#pragma once

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contract/account_backend.hpp"
#include "contract/sql_backend.hpp"

namespace watchword::test {

inline constexpr char kUsersTable[] =
    "CREATE TABLE users (id INTEGER NOT NULL, email VARCHAR NOT NULL, username VARCHAR NOT NULL, "
    "hashed_password VARCHAR NOT NULL, is_active BOOLEAN, created_at DATETIME DEFAULT (CURRENT_TIMESTAMP), "
    "updated_at DATETIME, PRIMARY KEY (id), UNIQUE (email), UNIQUE (username))";

/// Whoever else has the users table open: a connection of its own that knows nothing of our tables.
class OtherSystem final {
 public:
  explicit OtherSystem(const std::string& path) : database_(open_sqlite(path)) {}

  std::int64_t run(const std::string& text, std::initializer_list<sql::Value> values = {}) {
    sql::Statement statement(text);
    std::int64_t changed = -1;
    auto done = database_->run([&](Transaction& transaction) -> Result<void> {
      auto ran = transaction.executor()->execute(statement, values);
      if (!ran) return ran.error();
      changed = *ran;
      return {};
    });
    return done ? changed : -1;
  }

  /// Adds a user with the next id that SQLite gives; returns the id.
  std::int64_t add(const std::string& email, const std::string& username,
                   const std::string& created = "2026-02-03 04:05:06") {
    if (run("INSERT INTO users (email, username, hashed_password, is_active, created_at) "
            "VALUES ($1, $2, '$2b$12$x', 1, $3)",
            {email, username, created}) != 1) {
      return -1;
    }
    return integer("SELECT id FROM users WHERE email = $1", {email});
  }

  /// The rows of a query as lines of fields.
  std::vector<std::string> rows(const std::string& text, int columns, std::initializer_list<sql::Value> values = {}) {
    sql::Statement statement(text);
    std::vector<std::string> lines;
    auto done = database_->read([&](sql::Executor& executor) -> Result<void> {
      auto shown = executor.query(statement, values, [&](const sql::Row& row) -> Result<void> {
        std::string line;
        for (int c = 0; c < columns; ++c) {
          line += row.is_null(c) ? "NULL" : std::string(row.text(c));
          if (!row.is_null(c) && row.text(c).empty()) line += std::to_string(row.integer(c));
          line += '|';
        }
        lines.push_back(line);
        return {};
      });
      return shown ? Result<void>() : shown.error();
    });
    if (!done) lines.assign(1, std::string(done.error().reason()));
    return lines;
  }

  std::int64_t integer(const std::string& text, std::initializer_list<sql::Value> values = {}) {
    auto lines = rows(text, 1, values);
    return lines.empty() ? -1 : std::stoll(lines.front());
  }

 private:
  std::unique_ptr<sql::Database> database_;
};

inline std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// A database that another system has made and goes on using beside us.
class SharedDatabase final {
 public:
  SharedDatabase() : path_((folder_ / "shared.db").string()), other_(path_) { other_.run(kUsersTable); }
  OtherSystem& other() { return other_; }
  /// Ours, opened at its first use.
  SqlStores& ours() {
    if (!stores_) stores_.emplace(open_sqlite(path_));
    return *stores_;
  }
  const std::string& path() const { return path_; }

 private:
  TempDir folder_;
  std::string path_;
  OtherSystem other_;
  std::optional<SqlStores> stores_;
};

}  // namespace watchword::test
