#pragma once

#include <atomic>
#include <memory>

#include <watchword/storage/transaction.hpp>

#include "storage/sqlite/commit_queue.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/executor.hpp"

namespace watchword::sqlite {

class WriteTransaction final : public Transaction {
 public:
  explicit WriteTransaction(ConnectionExecutor& executor) noexcept : executor_(executor) {}
  sql::Executor* executor() noexcept override { return &executor_; }

 private:
  ConnectionExecutor& executor_;
};

/// The one connection that writes, and how works share a commit on it. Not safe for concurrent use.
class Writer final {
 public:
  explicit Writer(ConnectionSettings settings) : settings_(std::move(settings)) {}

  /// Settles every request of the list: either its commit is durable, or its outcome says why not.
  void commit(CommitRequest* batch) noexcept;
  /// The connection, opened where there is none.
  Result<Connection*> connection() noexcept;
  ConnectionExecutor& executor() noexcept { return executor_; }
  bool is_memory() const noexcept { return settings_.path == ":memory:"; }
  bool uses_wal() const noexcept { return wal_; }

 private:
  bool commit_together(CommitRequest* batch) noexcept;
  void commit_alone(CommitRequest& request) noexcept;
  bool try_alone(CommitRequest& request) noexcept;
  Result<void> begin() noexcept;
  bool run_marked(CommitRequest& request) noexcept;
  void call(CommitRequest& request) noexcept;
  bool finish(CommitRequest* batch) noexcept;
  Result<void> send_commit() noexcept;
  bool lost() const noexcept;
  void abandon() noexcept;

  ConnectionSettings settings_;
  std::unique_ptr<Connection> connection_;
  ConnectionExecutor executor_{ConnectionExecutor::Access::write};
  WriteTransaction transaction_{executor_};
  bool wal_ = false;
};

}  // namespace watchword::sqlite
