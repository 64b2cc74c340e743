#pragma once

#include <cstdint>

#include <watchword/base/export.hpp>

namespace watchword {

/// A length of time in microseconds. Arithmetic saturates, so that no hostile value wraps around.
class Lifetime final {
 public:
  constexpr Lifetime() noexcept = default;
  static constexpr Lifetime microseconds(std::int64_t n) noexcept { return Lifetime(n); }
  static constexpr Lifetime milliseconds(std::int64_t n) noexcept { return Lifetime(scaled(n, 1000)); }
  static constexpr Lifetime seconds(std::int64_t n) noexcept { return Lifetime(scaled(n, 1000000)); }
  static constexpr Lifetime minutes(std::int64_t n) noexcept { return Lifetime(scaled(n, 60000000)); }
  static constexpr Lifetime hours(std::int64_t n) noexcept { return Lifetime(scaled(n, 3600000000)); }
  static constexpr Lifetime days(std::int64_t n) noexcept { return Lifetime(scaled(n, 86400000000)); }

  constexpr std::int64_t microseconds() const noexcept { return us_; }
  constexpr std::int64_t milliseconds() const noexcept { return us_ / 1000; }
  constexpr std::int64_t seconds() const noexcept { return us_ / 1000000; }

  friend constexpr Lifetime operator+(Lifetime a, Lifetime b) noexcept {
    constexpr std::int64_t most = INT64_MAX;
    constexpr std::int64_t least = INT64_MIN;
    if (b.us_ > 0 && a.us_ > most - b.us_) return Lifetime(most);
    if (b.us_ < 0 && a.us_ < least - b.us_) return Lifetime(least);
    return Lifetime(a.us_ + b.us_);
  }
  friend constexpr bool operator==(Lifetime a, Lifetime b) noexcept { return a.us_ == b.us_; }
  friend constexpr bool operator!=(Lifetime a, Lifetime b) noexcept { return a.us_ != b.us_; }
  friend constexpr bool operator<(Lifetime a, Lifetime b) noexcept { return a.us_ < b.us_; }
  friend constexpr bool operator<=(Lifetime a, Lifetime b) noexcept { return a.us_ <= b.us_; }
  friend constexpr bool operator>(Lifetime a, Lifetime b) noexcept { return a.us_ > b.us_; }
  friend constexpr bool operator>=(Lifetime a, Lifetime b) noexcept { return a.us_ >= b.us_; }

 private:
  explicit constexpr Lifetime(std::int64_t us) noexcept : us_(us) {}
  static constexpr std::int64_t scaled(std::int64_t n, std::int64_t unit) noexcept {
    constexpr std::int64_t most = INT64_MAX;
    if (n > most / unit) return most;
    if (n < -(most / unit)) return -most;
    return n * unit;
  }
  std::int64_t us_ = 0;
};

/// A moment: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
class Timestamp final {
 public:
  constexpr Timestamp() noexcept = default;
  static constexpr Timestamp from_microseconds(std::int64_t n) noexcept { return Timestamp(Lifetime::microseconds(n)); }
  static constexpr Timestamp from_milliseconds(std::int64_t n) noexcept { return Timestamp(Lifetime::milliseconds(n)); }
  static constexpr Timestamp from_seconds(std::int64_t n) noexcept { return Timestamp(Lifetime::seconds(n)); }

  constexpr std::int64_t microseconds() const noexcept { return since_epoch_.microseconds(); }
  /// Rounded down, also before 1970.
  constexpr std::int64_t milliseconds() const noexcept { return floor_divide(1000); }
  constexpr std::int64_t seconds() const noexcept { return floor_divide(1000000); }

  friend constexpr Timestamp operator+(Timestamp t, Lifetime d) noexcept { return Timestamp(t.since_epoch_ + d); }
  friend constexpr Timestamp operator-(Timestamp t, Lifetime d) noexcept {
    return Timestamp(t.since_epoch_ + Lifetime::microseconds(negated(d.microseconds())));
  }
  friend constexpr Lifetime operator-(Timestamp a, Timestamp b) noexcept {
    return a.since_epoch_ + Lifetime::microseconds(negated(b.microseconds()));
  }
  friend constexpr bool operator==(Timestamp a, Timestamp b) noexcept { return a.since_epoch_ == b.since_epoch_; }
  friend constexpr bool operator!=(Timestamp a, Timestamp b) noexcept { return a.since_epoch_ != b.since_epoch_; }
  friend constexpr bool operator<(Timestamp a, Timestamp b) noexcept { return a.since_epoch_ < b.since_epoch_; }
  friend constexpr bool operator<=(Timestamp a, Timestamp b) noexcept { return a.since_epoch_ <= b.since_epoch_; }
  friend constexpr bool operator>(Timestamp a, Timestamp b) noexcept { return a.since_epoch_ > b.since_epoch_; }
  friend constexpr bool operator>=(Timestamp a, Timestamp b) noexcept { return a.since_epoch_ >= b.since_epoch_; }

 private:
  explicit constexpr Timestamp(Lifetime since_epoch) noexcept : since_epoch_(since_epoch) {}
  static constexpr std::int64_t negated(std::int64_t n) noexcept { return n == INT64_MIN ? INT64_MAX : -n; }
  constexpr std::int64_t floor_divide(std::int64_t unit) const noexcept {
    std::int64_t us = since_epoch_.microseconds();
    return us / unit - (us % unit < 0 ? 1 : 0);
  }
  Lifetime since_epoch_{};
};

/// Port: the wall clock. Injected into every service; nothing else reads the time. Must be safe to call from any
/// thread.
class WATCHWORD_EXPORT Clock {
 public:
  virtual ~Clock();
  virtual Timestamp now() noexcept = 0;

 protected:
  Clock() = default;
  Clock(const Clock&) = default;
  Clock& operator=(const Clock&) = default;
};

/// The operating system's wall clock. Lives as long as the process.
WATCHWORD_EXPORT Clock& system_clock() noexcept;

/// Counts from an unspecified origin and never steps: for timeouts within a process, not for dates. Lives as long as
/// the process.
WATCHWORD_EXPORT Clock& steady_clock() noexcept;

}  // namespace watchword
