#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <watchword/base/bytes.hpp>
#include <watchword/base/export.hpp>

namespace watchword::base64url {

/// RFC 4648 section 5 without padding.
constexpr std::size_t encoded_size(std::size_t bytes) noexcept { return (bytes * 4 + 2) / 3; }
constexpr std::size_t decoded_size(std::size_t characters) noexcept { return characters * 3 / 4; }

/// Writes encoded_size(bytes.size()) characters to `out`.
WATCHWORD_EXPORT void encode(ByteView bytes, char* out) noexcept;
WATCHWORD_EXPORT std::string encode(ByteView bytes);

/// Strict: refuses padding, white space, foreign characters, a length of 1 modulo 4, and bits left over that are not
/// zero, so that each byte string has one spelling. Writes decoded_size(text.size()) bytes to `out`.
WATCHWORD_EXPORT bool decode(std::string_view text, std::uint8_t* out) noexcept;

}  // namespace watchword::base64url
