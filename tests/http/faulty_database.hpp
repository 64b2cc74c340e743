#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>

#include <watchword/storage/sqlite.hpp>

namespace watchword::test {

/// A real database in memory that says it is remote, and that can be made to fail or to keep everybody waiting.
class FaultyDatabase final : public sql::Database {
 public:
  FaultyDatabase() {
    sqlite::Options options;
    options.path = ":memory:";
    auto opened = sqlite::open(options);
    if (!opened) throw std::runtime_error("sqlite::open");
    real_ = std::move(*opened);
  }

  enum class State { working, failing, stuck };
  void set(State state) {
    std::lock_guard lock(mutex_);
    state_ = state;
    changed_.notify_all();
  }

  Result<void> read(ReadWork work) noexcept override { return works() ? real_->read(work) : unavailable(); }
  Result<void> run(Work work) noexcept override { return works() ? real_->run(work) : unavailable(); }
  bool reads_are_local() const noexcept override { return false; }
  std::string render_types(std::string_view text) const override { return real_->render_types(text); }
  Result<void> execute_script(Transaction& transaction, std::string_view text) noexcept override {
    return real_->execute_script(transaction, text);
  }
  Result<bool> has_table(sql::Executor& executor, std::string_view table) noexcept override {
    return real_->has_table(executor, table);
  }
  Result<void> lock_schema(Transaction& transaction) noexcept override { return real_->lock_schema(transaction); }
  Result<std::int64_t> draw_id(sql::Executor& executor, std::string_view table,
                               std::int64_t at_least) noexcept override {
    return real_->draw_id(executor, table, at_least);
  }

 private:
  static Result<void> unavailable() noexcept {
    return Error(Errc::unavailable, "store_unavailable", "Try again later.").with_reason("the test's fault");
  }
  /// Waits while stuck.
  bool works() noexcept {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return state_ != State::stuck; });
    return state_ == State::working;
  }

  std::unique_ptr<sql::Database> real_;
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::working;
};

}  // namespace watchword::test
