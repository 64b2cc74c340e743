#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "json/json.hpp"

namespace watchword {

/// The claims that this library knows (RFC 7519 section 4.1, RFC 9068, OpenID Connect, and `ver` and `sid` as ours).
enum class Claim : std::uint8_t { iss, sub, aud, exp, nbf, iat, jti, sid, ver, auth_time, amr, acr };
inline constexpr std::array<std::string_view, 12> kClaimNames = {"iss", "sub", "aud", "exp",       "nbf", "iat",
                                                                 "jti", "sid", "ver", "auth_time", "amr", "acr"};

std::optional<Claim> claim_named(std::string_view name) noexcept;

struct RawClaim final {
  enum class Kind : std::uint8_t { absent, text, integer, texts, other };
  Kind kind = Kind::absent;
  std::string_view text;
  std::int64_t integer = 0;
};

/// At most 16 strings of an array.
struct RawTexts final {
  std::array<std::string_view, 16> items;
  std::size_t size = 0;
  bool add(std::string_view item) noexcept {
    if (size == items.size()) return false;
    items[size++] = item;
    return true;
  }
};

/// A payload's claims, read but not believed. Refers to the text or to the value that it was read from.
struct RawClaims final {
  std::array<RawClaim, kClaimNames.size()> claims;
  RawTexts aud;
  RawTexts amr;
  RawClaim& operator[](Claim claim) noexcept { return claims[static_cast<std::size_t>(claim)]; }
  const RawClaim& operator[](Claim claim) const noexcept { return claims[static_cast<std::size_t>(claim)]; }
};

/// Reads payloads as our issuer writes them: one object of unique names without white space, whose values are printable
/// ASCII strings without escapes, integers of at most 18 digits, and arrays of such strings. False for all others,
/// among which are well-formed ones: then `claims` means nothing and the general reader decides. Allocates nothing.
bool scan_flat_claims(std::string_view payload, RawClaims& claims) noexcept;

/// The general reader; what the other accepts, this one reads alike.
void read_claims(const json::Value& payload, RawClaims& claims) noexcept;

}  // namespace watchword
