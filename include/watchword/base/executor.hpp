#pragma once

#include <cstddef>
#include <memory>

#include <watchword/base/export.hpp>
#include <watchword/base/function.hpp>
#include <watchword/base/owned.hpp>
#include <watchword/base/result.hpp>

namespace watchword {

/// Port: runs short blocking work (SQL) away from the caller's thread. Safe to call from any thread.
class WATCHWORD_EXPORT Executor {
 public:
  virtual ~Executor();
  /// Runs `task` once on another thread, or fails at once and never runs it. A task must not throw.
  /// Error: `executor_full` (overloaded).
  virtual Result<void> post(Function<void()> task) noexcept = 0;

 protected:
  Executor() = default;
  Executor(const Executor&) = default;
  Executor& operator=(const Executor&) = default;
};

/// A fixed number of threads, started with the first task, before a queue of bounded length.
class WATCHWORD_EXPORT ThreadPool final : public Executor {
 public:
  /// `threads` 1 to 256, `queue` 1 to 1,000,000. Error: `executor_options` (misconfigured).
  static Result<std::unique_ptr<ThreadPool>> create(std::size_t threads, std::size_t queue) noexcept;
  /// Runs what is queued, then ends the threads. In the child of a fork, which has none of them, it leaves all as it
  /// is.
  ~ThreadPool() override;
  /// Also `executor_after_fork` (internal) in the child of the process that made it.
  Result<void> post(Function<void()> task) noexcept override;

 private:
  class Impl;
  explicit ThreadPool(std::unique_ptr<Impl> impl) noexcept;
  Owned<Impl> impl_;
};

}  // namespace watchword
