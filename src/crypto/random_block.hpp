#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <watchword/base/function.hpp>

#include "crypto/digest.hpp"

namespace watchword::crypto {

/// Draws from a costly source in blocks and hands out each byte once. For one thread.
class RandomBlock final {
 public:
  static constexpr std::size_t kSize = 512;
  /// Fills all of its bytes and says true, or says false.
  using Source = FunctionRef<bool(std::uint8_t*, std::size_t)>;

  /// Fills all, or says false and fills none: the source failed, or it is stuck (repeats 32 bytes at once, or a block).
  bool fill(Source source, std::uint8_t* out, std::size_t size) noexcept;
  /// Forgets what was drawn and not handed out.
  void discard() noexcept;

 private:
  bool refill(Source source) noexcept;

  std::array<std::uint8_t, kSize> bytes_{};
  std::size_t left_ = 0;
  Digest last_block_{};
};

}  // namespace watchword::crypto
