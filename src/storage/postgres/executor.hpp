#pragma once

#include <optional>

#include <watchword/storage/sql.hpp>

#include "storage/postgres/connection.hpp"

namespace watchword::postgres {

/// Runs statements on a connection. After the first that fails all further ones are refused with the same error: the
/// server would refuse them too.
class ConnectionExecutor final : public sql::Executor {
 public:
  explicit ConnectionExecutor(Connection& connection) noexcept : connection_(connection) {}
  const std::optional<Error>& failed() const noexcept { return failed_; }
  /// Whether a work has seen anything yet.
  bool has_shown() const noexcept { return shown_; }

  Result<std::int64_t> execute(const sql::Statement& statement,
                               std::initializer_list<sql::Value> values) noexcept override;
  Result<std::int64_t> query(const sql::Statement& statement, std::initializer_list<sql::Value> values,
                             EachRow each) noexcept override;
  /// Exactly one statement without parameters or rows.
  Result<void> run_script(const sql::Statement& script) noexcept;
  Result<void> lift_timeouts() noexcept;

 private:
  Result<ResultPtr> attempt(const sql::Statement& statement, std::initializer_list<sql::Value> values) noexcept;
  Error fail(Error error) noexcept;

  Connection& connection_;
  std::optional<Error> failed_;
  bool shown_ = false;
};

class WriteTransaction final : public Transaction {
 public:
  explicit WriteTransaction(Connection& connection) noexcept : executor_(connection) {}
  ConnectionExecutor* executor() noexcept override { return &executor_; }

 private:
  ConnectionExecutor executor_;
};

}  // namespace watchword::postgres
