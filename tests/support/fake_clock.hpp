#pragma once

#include <atomic>

#include <watchword/base/time.hpp>

namespace watchword::test {

/// A clock that moves when told to. Starts at 2026-01-01T00:00:00Z.
class FakeClock final : public Clock {
 public:
  Timestamp now() noexcept override { return Timestamp::from_microseconds(us_.load()); }
  void advance(Lifetime by) noexcept { us_ += by.microseconds(); }
  void set(Timestamp to) noexcept { us_ = to.microseconds(); }

 private:
  std::atomic<std::int64_t> us_{1767225600000000};
};

}  // namespace watchword::test
