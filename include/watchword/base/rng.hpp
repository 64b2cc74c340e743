#pragma once

#include <cstddef>
#include <cstdint>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>

namespace watchword {

/// Port: a source of cryptographically secure randomness. Must be safe to call from any thread and after fork().
class WATCHWORD_EXPORT Rng {
 public:
  virtual ~Rng();
  /// Fills all `size` bytes, or fails and fills none. A failure ends the operation that asked: there is no weaker
  /// source to fall back to. Error: `rng_failed` (unavailable).
  virtual Result<void> fill(std::uint8_t* out, std::size_t size) noexcept = 0;

 protected:
  Rng() = default;
  Rng(const Rng&) = default;
  Rng& operator=(const Rng&) = default;
};

/// The operating system's generator, through the cryptographic library. Lives as long as the process.
WATCHWORD_EXPORT Rng& system_rng() noexcept;

}  // namespace watchword
