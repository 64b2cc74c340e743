#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <watchword/base/export.hpp>
#include <watchword/base/function.hpp>
#include <watchword/base/owned.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>

namespace watchword {

struct HashPoolOptions final {
  /// Memory for hashing in MiB: budget / memory of one hash decides how many run at once. 8 to 65536.
  std::size_t budget_mib = 64;
  /// Upper bound on threads, at most 1024; 0 means cores - 1, at least 1.
  std::size_t threads = 0;
  /// How many hashes may wait; beyond it the answer is `overloaded` at once. 1 to 100,000.
  std::size_t queue = 256;
  /// How long one may wait before it is shed. Up to an hour.
  Lifetime deadline = Lifetime::seconds(5);
  /// How long an unused arena stays mapped. Up to a day.
  Lifetime idle_release = Lifetime::seconds(60);
  /// Memory of one hash in KiB: the policy's; arenas are made in this size. Dearer hashes (imported ones) are computed
  /// one at a time, in memory of their own beyond the budget. 8 to the budget.
  std::size_t hash_memory_kib = 19456;
};

/// Where password hashes are computed: a bounded number at once, a bounded number waiting, and arenas that stay mapped
/// between hashes, since fresh memory costs more than the hash. Threads start with the first job. Safe from any thread.
class WATCHWORD_EXPORT HashPool final {
 public:
  /// Error: `hash_pool_options` (misconfigured).
  static Result<std::unique_ptr<HashPool>> create(const HashPoolOptions& options) noexcept;
  /// Runs what is queued, then ends the threads. In the child of a fork, which has none of them, it leaves all as it
  /// is.
  ~HashPool();

  /// Runs `job` on a pool thread with success, or with `overloaded` (overloaded) if it waited past the deadline; once
  /// in any case if this returns success. `job` must not throw. Errors, after which the job never runs: `overloaded`
  /// (overloaded, with retry_after()) if the queue is full; `out_of_memory` (unavailable); `hash_pool_after_fork`
  /// (internal): this is the child of the process that made the pool.
  Result<void> submit(Function<void(Result<void>)> job) noexcept;
  /// The same, waiting for the end. When called on a thread of the pool runs it there. Errors: as submit(), and
  /// `overloaded` if it waited past the deadline.
  Result<void> run(FunctionRef<void()> job) noexcept;

  struct Usage final {
    std::size_t running = 0;
    std::size_t waiting = 0;
    std::size_t arenas = 0;  ///< mapped at the moment
    std::uint64_t completed = 0;
    std::uint64_t shed = 0;
  };
  Usage usage() const noexcept;

  std::size_t hash_memory_kib() const noexcept;

  /// Not for callers: the arena that the calling pool thread holds until its job ends; null off the pool's threads.
  /// Defined in src/password/arena.hpp.
  class Arena;
  Arena* arena_of_this_thread() noexcept;

 private:
  class Impl;
  explicit HashPool(std::unique_ptr<Impl> impl) noexcept;
  Owned<Impl> impl_;
};

}  // namespace watchword
