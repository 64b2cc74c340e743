#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include <watchword/base/log.hpp>

#include "storage/postgres/connection.hpp"

namespace watchword::postgres {

/// Connections, made as they are needed, the one used last lent first. While the server does not answer, nobody tries
/// to connect but after a pause that doubles up to half a second. Safe to use from any thread.
class Pool final {
 public:
  Pool(ConnectionSettings settings, std::size_t most, Lifetime patience, LogSink& log)
      : settings_(std::move(settings)), most_(most), patience_(patience), log_(log) {
    idle_.reserve(most);
  }

  /// Error: `store_unavailable`.
  Result<std::unique_ptr<Connection>> take();
  /// Keeps the connection for the next, or closes it if it may be harmed or is inside a transaction.
  void give_back(std::unique_ptr<Connection> connection) noexcept;
  /// Closes all that are idle: the server is no longer what it was.
  void clear() noexcept;
  const ConnectionSettings& settings() const noexcept { return settings_; }

 private:
  std::unique_ptr<Connection> take_idle();
  Result<std::unique_ptr<Connection>> connect();
  void note_failure() noexcept;
  void note_success() noexcept;
  void release_place() noexcept;

  const ConnectionSettings settings_;
  const std::size_t most_;
  const Lifetime patience_;
  LogSink& log_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t open_ = 0;
  Timestamp try_again_at_;
  Lifetime pause_;
};

/// A connection of the pool for as long as it lives.
class Lease final {
 public:
  static Result<Lease> take(Pool& pool);
  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease() {
    if (connection_) pool_->give_back(std::move(connection_));
  }
  Connection& operator*() const noexcept { return *connection_; }
  Connection* operator->() const noexcept { return connection_.get(); }

 private:
  Lease(Pool& pool, std::unique_ptr<Connection> connection) noexcept
      : pool_(&pool), connection_(std::move(connection)) {}
  Pool* pool_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace watchword::postgres
