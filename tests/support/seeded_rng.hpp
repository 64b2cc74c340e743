#pragma once

#include <mutex>
#include <random>

#include <watchword/base/rng.hpp>

namespace watchword::test {

/// Repeatable bytes for tests; fails from the n-th call on where told to.
class SeededRng final : public Rng {
 public:
  explicit SeededRng(std::uint64_t seed = 1) : engine_(seed) {}
  Result<void> fill(std::uint8_t* out, std::size_t size) noexcept override {
    std::lock_guard lock(mutex_);
    if (calls_left_ == 0) return Error(Errc::unavailable, "rng_failed", "The test's generator fails.");
    if (calls_left_ > 0) --calls_left_;
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(engine_());
    return {};
  }
  /// The next `calls` succeed, all later ones fail; negative: never fail.
  void fail_after(int calls) {
    std::lock_guard lock(mutex_);
    calls_left_ = calls;
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
  int calls_left_ = -1;
};

}  // namespace watchword::test
