#pragma once

#include <atomic>

#include <watchword/storage/sql.hpp>

namespace watchword::test {

inline Error store_down() noexcept {
  return {Errc::unavailable, "store_unavailable", "The test's store does not answer."};
}

/// Lets so many statements through and fails all later ones.
class CountingExecutor final : public sql::Executor {
 public:
  CountingExecutor(sql::Executor& inner, std::atomic<int>& left) : inner_(inner), left_(left) {}
  Result<std::int64_t> execute(const sql::Statement& statement,
                               std::initializer_list<sql::Value> values) noexcept override {
    if (left_.fetch_sub(1) <= 0) return store_down();
    return inner_.execute(statement, values);
  }
  Result<std::int64_t> query(const sql::Statement& statement, std::initializer_list<sql::Value> values,
                             EachRow each) noexcept override {
    if (left_.fetch_sub(1) <= 0) return store_down();
    return inner_.query(statement, values, each);
  }

 private:
  sql::Executor& inner_;
  std::atomic<int>& left_;
};

class CountedTransaction final : public Transaction {
 public:
  CountedTransaction(Transaction& inner, std::atomic<int>& left) : executor_(*inner.executor(), left) {}
  sql::Executor* executor() noexcept override { return &executor_; }

 private:
  CountingExecutor executor_;
};

/// A TransactionRunner over a real one that fails where it is told to.
class FaultyRunner final : public TransactionRunner {
 public:
  enum class Fault {
    none,
    down,            ///< nothing runs
    commit_fails,    ///< the work runs and is rolled back
    answer_lost,     ///< the work commits, and nobody learns of it
    commit_unknown,  ///< the work is rolled back, and nobody learns of it
    work_repeated,   ///< the work runs, is rolled back, and runs again
    statement,       ///< a statement within the work fails
  };

  explicit FaultyRunner(TransactionRunner& inner) : inner_(inner) {}

  Result<void> run(Work work) noexcept override {
    switch (fault) {
      case Fault::none:
        return inner_.run(work);
      case Fault::down:
        return store_down();
      case Fault::commit_fails:
        return undone(work), store_down();
      case Fault::answer_lost:
        return static_cast<void>(inner_.run(work)), unknown();
      case Fault::commit_unknown:
        return undone(work), unknown();
      case Fault::work_repeated:
        return undone(work), inner_.run(work);
      case Fault::statement:
        break;
    }
    left_ = statements;
    auto done = inner_.run([&](Transaction& transaction) -> Result<void> {
      CountedTransaction counted(transaction, left_);
      return work(counted);
    });
    statement_failed = left_ < 0;
    return done;
  }

  Fault fault = Fault::none;
  int statements = 0;             ///< that succeed before one fails
  bool statement_failed = false;  ///< in the last run

 private:
  static Error unknown() noexcept {
    return {Errc::outcome_unknown, "store_outcome_unknown", "The test's store lost its answer."};
  }
  void undone(Work work) noexcept {
    static_cast<void>(inner_.run([&](Transaction& transaction) -> Result<void> {
      auto done = work(transaction);
      return done ? Result<void>(store_down()) : done;
    }));
  }

  TransactionRunner& inner_;
  std::atomic<int> left_{0};
};

}  // namespace watchword::test
