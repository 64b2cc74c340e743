#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// The only place that knows utf8proc and libidn2. All functions may throw std::bad_alloc; sizes are bounded by
/// callers.
namespace watchword::text {

/// Code points in well-formed UTF-8 (no overlong forms, surrogates or values above U+10FFFF); nothing if it is not.
std::optional<std::size_t> count_code_points(std::string_view utf8) noexcept;

/// NFC; nothing if the input is not well-formed UTF-8.
std::optional<std::string> nfc(std::string_view utf8);

/// NFKC with default case folding, repeated until stable, so that f(f(x)) = f(x).
std::optional<std::string> nfkc_casefold(std::string_view utf8);

/// NFC with default case folding, likewise stable.
std::optional<std::string> nfc_casefold(std::string_view utf8);

/// A domain name in its A-label form, lower case (IDNA2008, non-transitional); nothing if it is not a host name of at
/// least two labels, or breaks a length limit (63 bytes a label, 253 in all).
std::optional<std::string> domain_to_ascii(std::string_view domain);

/// True if any code point is a control, format, private-use, surrogate or unassigned one, a line or paragraph
/// separator.
bool has_control(std::string_view utf8) noexcept;

/// True if any code point is white space other than U+0020 or is invisible (default-ignorable).
bool has_odd_space(std::string_view utf8) noexcept;

/// True if letters of more than one script stand together in a way that serves confusion: Latin, Greek and Cyrillic are
/// not mixed with each other.
bool mixes_scripts(std::string_view utf8) noexcept;

}  // namespace watchword::text
