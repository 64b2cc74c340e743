#pragma once

#include <watchword/base/export.hpp>
#include <watchword/base/function.hpp>
#include <watchword/base/result.hpp>

namespace watchword {
namespace sql {
class Executor;
}

/// Port, which a runner derives from: one atomic unit of work, made by a TransactionRunner and handed to every mutating
/// verb of a store port. What belongs together commits together: pass the same Transaction to several stores of the
/// same backend.
class WATCHWORD_EXPORT Transaction {
 public:
  virtual ~Transaction();
  /// Where the SQL stores run their statements; null in a backend that is not SQL, whose own stores need none. An SQL
  /// store that meets null answers `foreign_transaction` (internal).
  virtual sql::Executor* executor() noexcept = 0;

 protected:
  Transaction() = default;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
};

/// Port: the only way to a Transaction. Safe to call from any thread, but from inside `work` it answers
/// `nested_transaction` (internal).
class WATCHWORD_EXPORT TransactionRunner {
 public:
  using Work = FunctionRef<Result<void>(Transaction&)>;

  virtual ~TransactionRunner();
  /// Runs `work` and commits durably what it did, or rolls all of it back and returns the error.
  ///
  /// `work` returning success commits, also when what it decided is a refusal: keep the decision in a captured variable
  /// and answer it after run() has succeeded. `work` returning an error rolls back. It may run more than once (after a
  /// serialization failure, every decision is made anew, so it must reset what it captured) and on another thread; it
  /// does no hashing, mail, callback or other I/O, and must not throw.
  ///
  /// Errors: those of `work`; `store_unavailable` (unavailable: nothing was written); `store_outcome_unknown`
  /// (outcome_unknown: the commit was sent and its answer lost); `store_corrupt` (internal); `work_threw` (internal).
  virtual Result<void> run(Work work) noexcept = 0;

 protected:
  TransactionRunner() = default;
  TransactionRunner(const TransactionRunner&) = delete;
  TransactionRunner& operator=(const TransactionRunner&) = delete;
};

}  // namespace watchword
