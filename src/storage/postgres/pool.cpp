#include "storage/postgres/pool.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "storage/postgres/error.hpp"

namespace watchword::postgres {
namespace {

constexpr Lifetime kFirstPause = Lifetime::milliseconds(10);
constexpr Lifetime kLongestPause = Lifetime::milliseconds(500);

}  // namespace

Result<std::unique_ptr<Connection>> Pool::take() {
  for (;;) {
    std::unique_lock lock(mutex_);
    auto patience = std::chrono::microseconds(patience_.microseconds());
    if (!freed_.wait_for(lock, patience, [this] { return !idle_.empty() || open_ < most_; })) {
      return store_unavailable("all connections are busy");
    }
    if (idle_.empty()) {
      if (steady_clock().now() < try_again_at_) return store_unavailable("no server answers that can be written");
      ++open_;
      lock.unlock();
      return connect();
    }
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    lock.unlock();
    if (connection->is_alive()) return connection;
    connection.reset();
    release_place();
  }
}

/// In a place that is counted already.
Result<std::unique_ptr<Connection>> Pool::connect() {
  Result<std::unique_ptr<Connection>> opened = out_of_memory();
  try {
    opened = Connection::open(settings_);
  } catch (...) {
    opened = out_of_memory();
  }
  if (opened) {
    note_success();
  } else {
    note_failure();
    release_place();
  }
  return opened;
}

void Pool::give_back(std::unique_ptr<Connection> connection) noexcept {
  if (connection->harmed() || connection->in_transaction()) {
    connection.reset();
    return release_place();
  }
  {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

void Pool::clear() noexcept {
  for (;;) {
    std::unique_ptr<Connection> connection;
    {
      std::lock_guard lock(mutex_);
      if (idle_.empty()) return;
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
    connection.reset();
    release_place();
  }
}

void Pool::release_place() noexcept {
  {
    std::lock_guard lock(mutex_);
    --open_;
  }
  freed_.notify_one();
}

void Pool::note_failure() noexcept {
  bool first = false;
  {
    std::lock_guard lock(mutex_);
    first = pause_ == Lifetime();
    pause_ = first ? kFirstPause : std::min(pause_ + pause_, kLongestPause);
    try_again_at_ = steady_clock().now() + pause_;
  }
  if (first) log_.write(Severity::warning, "database_unreachable", "The PostgreSQL server does not answer.");
}

void Pool::note_success() noexcept {
  bool again = false;
  {
    std::lock_guard lock(mutex_);
    again = pause_ != Lifetime();
    pause_ = Lifetime();
    try_again_at_ = Timestamp();
  }
  if (again) log_.write(Severity::info, "database_recovered", "The PostgreSQL server answers again.");
}

Result<Lease> Lease::take(Pool& pool) {
  auto connection = pool.take();
  if (!connection) return connection.error();
  return Lease(pool, *std::move(connection));
}

}  // namespace watchword::postgres
