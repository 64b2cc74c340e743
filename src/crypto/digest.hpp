#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include <watchword/base/bytes.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/secret.hpp>

namespace watchword::crypto {

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256. Allocates only while more threads hash at one time than ever before.
WATCHWORD_EXPORT Digest sha256(ByteView data) noexcept;

/// HMAC-SHA-256 with a key that is set once. Immutable; safe to use from many threads at once without a lock.
class WATCHWORD_EXPORT HmacKey final {
 public:
  /// Error: `hmac_key` (misconfigured) for a key under 16 bytes: an empty one would sign and verify.
  static Result<HmacKey> create(ByteView key) noexcept;
  HmacKey(HmacKey&&) noexcept;
  HmacKey& operator=(HmacKey&&) noexcept;
  ~HmacKey();

  /// The MAC of the parts, one after the other. Allocates only while more threads use this key at one time than ever
  /// before.
  Digest mac(ByteView first, ByteView second = {}) const noexcept;
  /// In constant time; a MAC of another length than 32 is refused.
  bool verify(ByteView message, ByteView mac) const noexcept;

 private:
  class Impl;
  explicit HmacKey(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// HKDF-SHA-256 (RFC 5869): Extract with the fixed salt "watchword/v1", Expand with `info`; `size` 1 to 255 * 32.
/// Errors: `hkdf_size` (internal), `out_of_memory` (unavailable).
WATCHWORD_EXPORT Result<Secret> hkdf(ByteView root, std::string_view info, std::size_t size) noexcept;

/// The same with a salt of the caller's, for the RFC's vectors.
WATCHWORD_EXPORT Result<Secret> hkdf_salted(ByteView root, ByteView salt, ByteView info, std::size_t size) noexcept;

}  // namespace watchword::crypto
