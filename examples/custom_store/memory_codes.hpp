#pragma once

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include <watchword/onetime/one_time_codes.hpp>
#include <watchword/storage/transaction.hpp>

namespace example {

/// One-time codes in the process's memory, with the runner that makes their transactions: a backend that is not SQL.
/// One transaction runs at a time; an error puts back what was there before.
class MemoryCodes final : public watchword::onetime::CodeStore, public watchword::TransactionRunner {
 public:
  using Consumed = watchword::onetime::CodeStore::Consumed;

  watchword::Result<void> run(Work work) noexcept override;

  watchword::Result<bool> replace(watchword::Transaction& transaction, const watchword::onetime::StoredCode& code,
                                  watchword::Lifetime quiet) noexcept override;
  watchword::Result<std::optional<watchword::UserId>> find(watchword::onetime::Purpose purpose,
                                                           const watchword::TokenDigest& digest,
                                                           watchword::Timestamp now) noexcept override;
  watchword::Result<Consumed> consume(watchword::Transaction& transaction, watchword::onetime::Purpose purpose,
                                      const watchword::TokenDigest& digest, watchword::Timestamp now) noexcept override;
  watchword::Result<void> discard(watchword::Transaction& transaction, watchword::UserId user) noexcept override;

 private:
  struct Row final {
    watchword::onetime::StoredCode code;
    bool used = false;
  };
  /// The lock, and a note of who holds it, so that a call from inside of it can be refused instead of waiting for
  /// itself.
  class Turn;

  watchword::Result<void> commit_or_restore(Work work);
  Row* row_of(watchword::onetime::Purpose purpose, const watchword::TokenDigest& digest) noexcept;

  std::mutex mutex_;
  std::atomic<std::thread::id> holder_{};
  std::vector<Row> rows_;
};

}  // namespace example
