#pragma once

#include <optional>

#include <watchword/storage/sql.hpp>

#include "storage/sqlite/connection.hpp"

namespace watchword::sqlite {

/// Runs statements on a connection. After the first that fails all further ones are refused with the same error until
/// start(): SQLite may have rolled the transaction back by itself, and they would then commit one by one.
class ConnectionExecutor final : public sql::Executor {
 public:
  enum class Access : std::uint8_t { read, write };

  explicit ConnectionExecutor(Access access) noexcept : access_(access) {}
  /// For the next work, on this connection.
  void start(Connection& connection) noexcept;
  /// What failed since start().
  const std::optional<Error>& failed() const noexcept { return failed_; }

  Result<std::int64_t> execute(const sql::Statement& statement,
                               std::initializer_list<sql::Value> values) noexcept override;
  Result<std::int64_t> query(const sql::Statement& statement, std::initializer_list<sql::Value> values,
                             EachRow each) noexcept override;
  Result<void> run_script(std::string_view text) noexcept;

 private:
  Result<std::int64_t> run(const sql::Statement& statement, std::initializer_list<sql::Value> values, EachRow* each);
  Result<std::int64_t> attempt(const sql::Statement& statement, std::initializer_list<sql::Value> values,
                               EachRow* each) noexcept;
  Result<void> begin_reading() noexcept;
  Result<Prepared*> choose(const sql::Statement& statement, Prepared& own);
  Result<void> bind_all(const Prepared& prepared, std::initializer_list<sql::Value> values) noexcept;
  Result<std::int64_t> step_all(sqlite3_stmt* statement, EachRow* each);
  Error fail(Error error) noexcept;

  Connection* connection_ = nullptr;
  std::optional<Error> failed_;
  Access access_;
};

}  // namespace watchword::sqlite
