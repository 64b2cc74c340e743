#pragma once

#include <atomic>
#include <thread>

#include "storage/redis/closing.hpp"
#include "storage/redis/link.hpp"
#include "storage/redis/settings.hpp"
#include "storage/wakeup.hpp"

namespace watchword::redis {

/// A thread that publishes what it is asked to, and tries again until that works. Calls that meet become one.
class Publisher final {
 public:
  explicit Publisher(const Settings& settings);
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;
  ~Publisher();

  bool valid() const noexcept { return asked_.valid() && closing_.valid(); }
  void start();
  /// Never waits. Safe to use from any thread.
  void send() noexcept;

 private:
  void work() noexcept;

  const Settings& settings_;
  Closing closing_;
  Wakeup asked_;
  std::atomic<bool> pending_{false};
  Link link_;
  std::thread thread_;
};

}  // namespace watchword::redis
