#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <watchword/storage/sql.hpp>

namespace watchword::test {

/// What a TracingDatabase and its wrappers share.
class Trace final {
 public:
  /// Keeps the statement; false if it is the one that is to fail.
  bool admit(const std::string& text) {
    std::lock_guard lock(mutex_);
    texts_.push_back(text);
    if (left_ < 0) return true;
    return left_-- > 0;
  }
  /// The next `statements` succeed, the one after them fails, and all later ones succeed again; negative: none fails.
  void fail_after(int statements) {
    std::lock_guard lock(mutex_);
    left_ = statements;
  }
  bool has_failed() {
    std::lock_guard lock(mutex_);
    return left_ < 0;
  }
  std::vector<std::string> take() {
    std::lock_guard lock(mutex_);
    return std::exchange(texts_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> texts_;
  int left_ = -1;
};

class TracingExecutor final : public sql::Executor {
 public:
  TracingExecutor(sql::Executor& wrapped, Trace& trace) : inner(wrapped), trace_(trace) {}
  Result<std::int64_t> execute(const sql::Statement& statement,
                               std::initializer_list<sql::Value> values) noexcept override {
    if (!trace_.admit(statement.text())) return down();
    return inner.execute(statement, values);
  }
  Result<std::int64_t> query(const sql::Statement& statement, std::initializer_list<sql::Value> values,
                             EachRow each) noexcept override {
    if (!trace_.admit(statement.text())) return down();
    return inner.query(statement, values, each);
  }
  sql::Executor& inner;

 private:
  static Error down() { return {Errc::unavailable, "store_unavailable", "The test's database does not answer."}; }
  Trace& trace_;
};

class TracingTransaction final : public Transaction {
 public:
  TracingTransaction(Transaction& wrapped, Trace& trace) : inner(wrapped), executor_(*wrapped.executor(), trace) {}
  sql::Executor* executor() noexcept override { return &executor_; }
  Transaction& inner;

 private:
  TracingExecutor executor_;
};

/// A real database that keeps the text of every statement, and fails one where told to.
class TracingDatabase final : public sql::Database {
 public:
  explicit TracingDatabase(sql::Database& inner) : inner_(inner) {}

  Result<void> run(Work work) noexcept override {
    return inner_.run([&](Transaction& transaction) -> Result<void> {
      TracingTransaction traced(transaction, trace);
      return work(traced);
    });
  }
  Result<void> read(ReadWork work) noexcept override {
    return inner_.read([&](sql::Executor& executor) -> Result<void> {
      TracingExecutor traced(executor, trace);
      return work(traced);
    });
  }
  bool reads_are_local() const noexcept override { return inner_.reads_are_local(); }
  std::string render_types(std::string_view text) const override { return inner_.render_types(text); }
  Result<void> execute_script(Transaction& transaction, std::string_view text) noexcept override {
    return inner_.execute_script(static_cast<TracingTransaction&>(transaction).inner, text);
  }
  Result<bool> has_table(sql::Executor& executor, std::string_view table) noexcept override {
    return inner_.has_table(static_cast<TracingExecutor&>(executor).inner, table);
  }
  Result<void> lock_schema(Transaction& transaction) noexcept override {
    return inner_.lock_schema(static_cast<TracingTransaction&>(transaction).inner);
  }
  Result<std::int64_t> draw_id(sql::Executor& executor, std::string_view table,
                               std::int64_t at_least) noexcept override {
    return inner_.draw_id(static_cast<TracingExecutor&>(executor).inner, table, at_least);
  }

  Trace trace;

 private:
  sql::Database& inner_;
};

}  // namespace watchword::test
