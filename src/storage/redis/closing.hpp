#pragma once

#include <atomic>

#include "storage/wakeup.hpp"

namespace watchword::redis {

/// Ends another thread's waiting, for good.
class Closing final {
 public:
  bool valid() const noexcept { return wakeup_.valid(); }
  int file() const noexcept { return wakeup_.file(); }
  bool rung() const noexcept { return rung_; }
  void ring() noexcept {
    rung_ = true;
    wakeup_.ring();
  }
  /// Until it is rung, `other` (a descriptor, or -1) may be read, or `most` has passed.
  void wait(int other, Lifetime most) noexcept { wakeup_.wait(other, most + Lifetime::milliseconds(1)); }

 private:
  Wakeup wakeup_;
  std::atomic<bool> rung_{false};
};

}  // namespace watchword::redis
