#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include <watchword/base/executor.hpp>

#include "base/own_process.hpp"

namespace watchword {

class ThreadPool::Impl {
 public:
  Impl(std::size_t threads, std::size_t queue) : threads_(threads), queue_(queue) {}

  ~Impl() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (auto& thread : running_) thread.join();
  }

  bool in_own_process() const noexcept { return process_.is_this(); }

  void post(Function<void()> task, bool& accepted) {
    {
      std::lock_guard lock(mutex_);
      accepted = !stopping_ && tasks_.size() < queue_;
      if (!accepted) return;
      tasks_.push_back(std::move(task));
      if (idle_ < tasks_.size() && running_.size() < threads_) start_thread();
    }
    wake_.notify_one();
  }

 private:
  void start_thread() {
    try {
      running_.emplace_back([this] { work(); });
    } catch (...) {
      // With at least one thread the queue still drains; with none the task must not be left waiting for ever.
      if (running_.empty()) {
        tasks_.pop_back();
        throw;
      }
    }
  }

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      --idle_;
      if (tasks_.empty()) return;
      {
        auto task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
      }
      lock.lock();
    }
  }

  const OwnProcess process_;
  const std::size_t threads_;
  const std::size_t queue_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Function<void()>> tasks_;
  std::vector<std::thread> running_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

ThreadPool::ThreadPool(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
ThreadPool::~ThreadPool() {
  if (impl_ && !impl_->in_own_process()) static_cast<void>(impl_.release());
}

Result<std::unique_ptr<ThreadPool>> ThreadPool::create(std::size_t threads, std::size_t queue) noexcept {
  if (threads < 1 || threads > 256 || queue < 1 || queue > 1000000) {
    return Error(Errc::misconfigured, "executor_options", "Use 1 to 256 threads and a queue of 1 to 1000000.");
  }
  try {
    return std::unique_ptr<ThreadPool>(new ThreadPool(std::make_unique<Impl>(threads, queue)));
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
}

Result<void> ThreadPool::post(Function<void()> task) noexcept {
  if (!impl_->in_own_process()) {
    return Error(Errc::internal, "executor_after_fork", "Open the library anew in a child process.");
  }
  bool accepted = false;
  try {
    impl_->post(std::move(task), accepted);
  } catch (...) {
    accepted = false;
  }
  if (!accepted) {
    return Error(Errc::overloaded, "executor_full", "The server is busy. Try again in a moment.")
        .with_retry_after(Lifetime::seconds(1));
  }
  return {};
}

}  // namespace watchword
