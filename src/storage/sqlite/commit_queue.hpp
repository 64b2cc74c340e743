#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include <watchword/storage/transaction.hpp>

namespace watchword::sqlite {

/// One caller's work on its way to a durable commit. Lives on that caller's stack.
struct CommitRequest final {
  explicit CommitRequest(TransactionRunner::Work w) noexcept : work(w) {}

  TransactionRunner::Work work;
  Result<void> outcome;
  /// True once the outcome is final.
  bool settled = false;
  CommitRequest* next = nullptr;

  bool answered = false;
  bool leads = false;
  std::condition_variable wake;
};

/// Group commit without a thread of its own: whoever comes first commits at once, alone; those who come meanwhile
/// queue, and the first of them then commits for all. A lone caller waits for nobody.
class CommitQueue final {
 public:
  /// Settles every request of the list that starts with `first`.
  using Commit = FunctionRef<void(CommitRequest* first)>;

  explicit CommitQueue(std::size_t most_together) noexcept : most_together_(most_together) {}
  /// Returns when the request is settled, by this thread's `commit` or by another's.
  void submit(CommitRequest& request, Commit commit);

 private:
  void append(CommitRequest& request) noexcept;
  CommitRequest* take_batch() noexcept;
  void answer(CommitRequest* batch, const CommitRequest& own) noexcept;
  void pass_the_lead() noexcept;

  const std::size_t most_together_;
  std::mutex mutex_;
  CommitRequest* first_ = nullptr;
  CommitRequest* last_ = nullptr;
  bool led_ = false;
};

}  // namespace watchword::sqlite
