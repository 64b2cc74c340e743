#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include <watchword/base/function.hpp>
#include <watchword/base/time.hpp>

namespace watchword::auth {

/// Runs short tasks later, on a thread of its own that starts with the first. Safe to use from any thread.
class Delayer final {
 public:
  Delayer() = default;
  Delayer(const Delayer&) = delete;
  Delayer& operator=(const Delayer&) = delete;
  /// Nothing may be waiting any more.
  ~Delayer();
  /// May throw; then the task never runs.
  void after(Lifetime wait, Function<void()> task);

 private:
  using Steady = std::chrono::steady_clock;
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<Steady::time_point, Function<void()>> tasks_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace watchword::auth
