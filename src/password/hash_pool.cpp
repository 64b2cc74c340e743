#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <new>
#include <optional>
#include <thread>
#include <vector>

#include <watchword/password/hash_pool.hpp>

#include "base/own_process.hpp"
#include "password/arena.hpp"

namespace watchword {
namespace {

using Steady = std::chrono::steady_clock;

Error overloaded() noexcept {
  return Error(Errc::overloaded, "overloaded", "The server is busy. Try again in a moment.")
      .with_retry_after(Lifetime::seconds(1));
}

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

std::size_t thread_count(const HashPoolOptions& options) noexcept {
  std::size_t wanted = options.threads;
  if (wanted == 0) wanted = std::max<std::size_t>(std::thread::hardware_concurrency(), 2) - 1;
  return std::min(wanted, options.budget_mib * 1024 / options.hash_memory_kib);
}

bool valid(const HashPoolOptions& options) noexcept {
  return options.budget_mib >= 8 && options.budget_mib <= 65536 && options.threads <= 1024 && options.queue >= 1 &&
         options.queue <= 100000 && options.deadline > Lifetime() && options.deadline <= Lifetime::hours(1) &&
         options.idle_release >= Lifetime() && options.idle_release <= Lifetime::days(1) &&
         options.hash_memory_kib >= 8 && options.hash_memory_kib <= options.budget_mib * 1024;
}

Error after_fork() noexcept {
  return {Errc::internal, "hash_pool_after_fork", "Open the library anew in a child process."};
}

Steady::duration duration_of(Lifetime length) noexcept { return std::chrono::microseconds(length.microseconds()); }

}  // namespace

class HashPool::Impl {
 public:
  explicit Impl(const HashPoolOptions& options)
      : options_(options), most_threads_(thread_count(options)), deadline_(duration_of(options.deadline)) {
    threads_.reserve(most_threads_);
    idle_arenas_.reserve(most_threads_);
  }

  ~Impl() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

  Result<void> submit(Function<void(Result<void>)> job) {
    if (!process_.is_this()) return after_fork();
    {
      std::lock_guard lock(mutex_);
      // Jobs that a free thread is about to take do not count as waiting.
      if (stopping_ || waiting_.size() >= options_.queue + most_threads_ - running_) return overloaded();
      waiting_.push_back({std::move(job), Steady::now()});
      if (waiting_.size() > threads_.size() - running_ && threads_.size() < most_threads_) start_thread();
    }
    wake_.notify_one();
    return {};
  }

  Usage usage() {
    if (!process_.is_this()) return {};
    std::lock_guard lock(mutex_);
    return {running_, waiting_.size(), mapped_.load(), completed_, shed_};
  }

  Arena* arena() noexcept {
    if (on_thread_.pool != this) return nullptr;
    if (!on_thread_.arena) on_thread_.arena = take_arena();
    return on_thread_.arena.get();
  }

  bool in_own_process() const noexcept { return process_.is_this(); }
  bool owns_this_thread() const noexcept { return on_thread_.pool == this; }
  std::size_t hash_memory_kib() const noexcept { return options_.hash_memory_kib; }

 private:
  struct Waiting final {
    Function<void(Result<void>)> job;
    Steady::time_point since;
  };
  struct IdleArena final {
    std::unique_ptr<Arena> arena;
    Steady::time_point since;
  };
  struct OnThread final {
    const Impl* pool = nullptr;
    std::unique_ptr<Arena> arena;
  };

  void start_thread() {
    try {
      threads_.emplace_back([this] { work(); });
    } catch (...) {
      // With at least one thread the queue still drains; with none the job must not be left waiting for ever.
      if (!threads_.empty()) return;
      waiting_.pop_back();
      throw;
    }
  }

  void work() {
    on_thread_.pool = this;
    std::unique_lock lock(mutex_);
    while (wait_for_job(lock)) {
      auto next = std::optional<Waiting>(std::move(waiting_.front()));
      waiting_.pop_front();
      ++running_;
      lock.unlock();
      bool late = Steady::now() - next->since > deadline_;
      next->job(late ? Result<void>(overloaded()) : Result<void>());
      next.reset();
      lock.lock();
      --running_;
      ++(late ? shed_ : completed_);
      if (on_thread_.arena) idle_arenas_.push_back({std::move(on_thread_.arena), Steady::now()});
    }
  }

  bool wait_for_job(std::unique_lock<std::mutex>& lock) {
    while (waiting_.empty() && !stopping_) {
      if (idle_arenas_.empty()) {
        wake_.wait(lock);
      } else if (auto due = idle_arenas_.front().since + duration_of(options_.idle_release); Steady::now() < due) {
        wake_.wait_until(lock, due);
      } else {
        release_oldest(lock);
      }
    }
    return !waiting_.empty();
  }

  void release_oldest(std::unique_lock<std::mutex>& lock) {
    auto arena = std::move(idle_arenas_.front().arena);
    idle_arenas_.erase(idle_arenas_.begin());
    lock.unlock();
    arena.reset();
    lock.lock();
  }

  // The one used last is taken first, so that those beyond the present need stay idle and are released.
  std::unique_ptr<Arena> take_arena() noexcept {
    std::lock_guard lock(mutex_);
    if (idle_arenas_.empty()) {
      std::size_t size = options_.hash_memory_kib * 1024;
      return std::unique_ptr<Arena>(new (std::nothrow) Arena(size, mapped_, oversize_));
    }
    auto arena = std::move(idle_arenas_.back().arena);
    idle_arenas_.pop_back();
    return arena;
  }

  static thread_local OnThread on_thread_;

  const OwnProcess process_;
  const HashPoolOptions options_;
  const std::size_t most_threads_;
  const Steady::duration deadline_;
  std::mutex mutex_;
  std::mutex oversize_;
  std::condition_variable wake_;
  std::deque<Waiting> waiting_;
  std::atomic<std::size_t> mapped_{0};
  std::vector<IdleArena> idle_arenas_;
  std::vector<std::thread> threads_;
  std::size_t running_ = 0;
  std::uint64_t completed_ = 0;
  std::uint64_t shed_ = 0;
  bool stopping_ = false;
};

thread_local HashPool::Impl::OnThread HashPool::Impl::on_thread_;

namespace {

/// Where run() waits. It lives on the waiter's stack, so the opener must not touch it after the waiter may go on:
/// hence the notification under the lock.
class Gate final {
 public:
  void open(Result<void> result) noexcept {
    std::lock_guard lock(mutex_);
    result_ = result;
    opened_.notify_one();
  }
  Result<void> wait() noexcept {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return result_.has_value(); });
    return *result_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  std::optional<Result<void>> result_;
};

}  // namespace

HashPool::HashPool(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
HashPool::~HashPool() {
  if (impl_ && !impl_->in_own_process()) static_cast<void>(impl_.release());
}

Result<std::unique_ptr<HashPool>> HashPool::create(const HashPoolOptions& options) noexcept {
  if (!valid(options)) {
    return Error(Errc::misconfigured, "hash_pool_options",
                 "Use a budget of 8 to 65536 MiB that holds at least one hash, and a queue of 1 to 100000.");
  }
  try {
    return std::unique_ptr<HashPool>(new HashPool(std::make_unique<Impl>(options)));
  } catch (...) {
    return out_of_memory();
  }
}

Result<void> HashPool::submit(Function<void(Result<void>)> job) noexcept {
  try {
    return impl_->submit(std::move(job));
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (...) {
    return overloaded();
  }
}

Result<void> HashPool::run(FunctionRef<void()> job) noexcept {
  if (impl_->owns_this_thread()) {
    job();
    return {};
  }
  try {
    Gate gate;
    auto accepted = impl_->submit([&job, &gate](Result<void> admitted) {
      if (admitted) job();
      gate.open(admitted);
    });
    if (!accepted) return accepted;
    return gate.wait();
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (...) {
    return overloaded();
  }
}

HashPool::Usage HashPool::usage() const noexcept { return impl_->usage(); }

std::size_t HashPool::hash_memory_kib() const noexcept { return impl_->hash_memory_kib(); }

HashPool::Arena* HashPool::arena_of_this_thread() noexcept { return impl_->arena(); }

}  // namespace watchword
