#include "auth_service/failure_pace.hpp"

#include <algorithm>

namespace watchword::auth {
namespace {

/// Until one has been measured.
constexpr Lifetime kGuess = Lifetime::milliseconds(400);
/// A stall of the machine must not slow all failures down for good.
constexpr Lifetime kMost = Lifetime::seconds(2);

}  // namespace

FailurePace::FailurePace(std::string foreign_hash)
    : foreign_hash_(std::move(foreign_hash)), longest_(foreign_hash_.empty() ? 0 : kGuess.microseconds()) {}

void FailurePace::observe(Lifetime took) noexcept {
  // Never less than the guess: a cheap hash of another cost must not be told by being faster than ours either.
  const std::int64_t taken = took.microseconds() + took.microseconds() / 4;
  const std::int64_t seen = std::clamp(taken, kGuess.microseconds(), kMost.microseconds());
  std::int64_t known = longest_.load(std::memory_order_relaxed);
  while (seen > known && !longest_.compare_exchange_weak(known, seen, std::memory_order_relaxed)) {
  }
}

Lifetime FailurePace::left(Timestamp began) const noexcept {
  const Timestamp due = began + Lifetime::microseconds(longest_.load(std::memory_order_relaxed));
  return std::max(due - steady_clock().now(), Lifetime());
}

}  // namespace watchword::auth
