#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <watchword/base/bytes.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/rng.hpp>
#include <watchword/base/secret.hpp>

namespace watchword {

/// SHA-256 of an opaque token: all that a store ever sees of it.
class TokenDigest final {
 public:
  using Bytes = std::array<std::uint8_t, 32>;
  constexpr TokenDigest() noexcept = default;
  explicit constexpr TokenDigest(const Bytes& bytes) noexcept : bytes_(bytes) {}
  ByteView view() const noexcept { return {bytes_.data(), bytes_.size()}; }
  friend bool operator==(const TokenDigest& a, const TokenDigest& b) noexcept {
    return equal_constant_time(a.view(), b.view());
  }
  friend bool operator!=(const TokenDigest& a, const TokenDigest& b) noexcept { return !(a == b); }

 private:
  Bytes bytes_{};
};

/// A bearer secret of 256 bits that goes to its client once, written as a prefix that says what it is ("wwr_") and 43
/// characters of base64url. Movable, not copyable, not streamable; zeroed on destruction.
class WATCHWORD_EXPORT OpaqueToken final {
 public:
  static constexpr std::size_t kSecretSize = 32;

  OpaqueToken() noexcept = default;
  /// Draws a new one. Errors: those of the Rng; `out_of_memory` (unavailable).
  static Result<OpaqueToken> generate(Literal prefix, Rng& rng) noexcept;
  /// Of given secret bytes, for derived successors. Error: `out_of_memory` (unavailable).
  static Result<OpaqueToken> from_secret(Literal prefix, const std::array<std::uint8_t, kSecretSize>& secret) noexcept;
  /// Reads what reveal() wrote, exactly: any other length, prefix, character or spelling is refused before anything is
  /// looked up. Error: `token_malformed` (unauthenticated).
  static Result<OpaqueToken> parse(Literal prefix, std::string_view text) noexcept;

  /// The token as its client holds it.
  std::string_view reveal() const noexcept { return text_.reveal().text(); }
  TokenDigest digest() const noexcept;
  bool empty() const noexcept { return text_.empty(); }

 private:
  explicit OpaqueToken(Secret text) noexcept : text_(static_cast<Secret&&>(text)) {}
  Secret text_;
};

}  // namespace watchword
