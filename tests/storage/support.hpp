#pragma once

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <watchword/storage/migration.hpp>
#include <watchword/storage/sqlite.hpp>

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace watchword::test {

using DatabasePtr = std::unique_ptr<sql::Database>;

inline sqlite::Options options_for(const std::filesystem::path& path) {
  sqlite::Options options;
  options.path = path.string();
  return options;
}

inline DatabasePtr open_database(const sqlite::Options& options) {
  auto opened = sqlite::open(options);
  if (!opened)
    throw std::runtime_error(std::string(opened.error().code()) + ": " + std::string(opened.error().reason()));
  return *std::move(opened);
}

inline DatabasePtr open_file(const std::filesystem::path& path) { return open_database(options_for(path)); }

/// Runs each text in one transaction.
inline Result<void> run_scripts(sql::Database& database, const std::vector<std::string>& texts) {
  return database.run([&](Transaction& transaction) -> Result<void> {
    for (const auto& text : texts) {
      if (auto done = database.execute_script(transaction, text); !done) return done;
    }
    return {};
  });
}

inline Result<void> execute(Transaction& transaction, const sql::Statement& statement,
                            std::initializer_list<sql::Value> values = {}) {
  auto done = transaction.executor()->execute(statement, values);
  if (!done) return done.error();
  return {};
}

/// The first column of the only row of a query, or -1.
inline std::int64_t read_integer(sql::Database& database, const std::string& text) {
  sql::Statement statement(text);
  std::int64_t n = -1;
  auto done = database.read([&](sql::Executor& executor) -> Result<void> {
    auto rows = executor.query(statement, {}, [&](const sql::Row& row) -> Result<void> {
      n = row.integer(0);
      return {};
    });
    return rows ? Result<void>() : rows.error();
  });
  return done ? n : -1;
}

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

inline std::string code_of(const Result<void>& result) {
  return result ? std::string("success") : std::string(result.error().code());
}

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? std::string("success") : std::string(result.error().code());
}

/// How many commits a write-ahead log holds: its frames whose header names the size of the database after a commit.
inline int commits_in_wal(const std::filesystem::path& database) {
  std::string wal = bytes_of(database.string() + "-wal");
  auto number = [&](std::size_t at) {
    std::uint32_t n = 0;
    for (std::size_t i = 0; i < 4; ++i) n = n << 8 | static_cast<unsigned char>(wal[at + i]);
    return n;
  };
  if (wal.size() < 32) return 0;
  int commits = 0;
  for (std::size_t at = 32; at + 24 + number(8) <= wal.size(); at += 24 + number(8)) {
    if (number(at + 4) != 0 && number(at + 8) == number(16)) ++commits;
  }
  return commits;
}

}  // namespace watchword::test
