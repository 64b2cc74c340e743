#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace watchword::auth {

/// Counts what is at work, so that its service can wait for it before it goes.
class InFlight final {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  friend class Ticket;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::size_t count_ = 0;
};

/// One thing at work. Shares the count, which therefore outlives the service that waits for it.
class Ticket final {
 public:
  explicit Ticket(std::shared_ptr<InFlight> in_flight) : in_flight_(std::move(in_flight)) {
    std::lock_guard lock(in_flight_->mutex_);
    ++in_flight_->count_;
  }
  Ticket(Ticket&&) noexcept = default;
  Ticket& operator=(Ticket&&) = delete;
  ~Ticket() {
    if (!in_flight_) return;
    std::lock_guard lock(in_flight_->mutex_);
    if (--in_flight_->count_ == 0) in_flight_->idle_.notify_all();
  }

 private:
  std::shared_ptr<InFlight> in_flight_;
};

}  // namespace watchword::auth
