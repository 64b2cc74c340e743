#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace watchword::onetime {

/// The 128 bits of a code and its 26 characters of base32 (RFC 4648 section 6, no padding).
using CodeBytes = std::array<std::uint8_t, 16>;
inline constexpr std::size_t kCodeSize = 26;

/// Writes kCodeSize characters to `out`, in upper case.
void encode_code(const CodeBytes& code, std::uint8_t* out) noexcept;

/// Reads either case and nothing else: exactly kCodeSize characters, whose two last bits are zero, so that each code
/// has one spelling but for case.
std::optional<CodeBytes> decode_code(std::string_view text) noexcept;

}  // namespace watchword::onetime
