#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <watchword/base/export.hpp>

/// The only place that knows utf8proc and libidn2. Those that return text may throw std::bad_alloc; sizes are
/// bounded by callers, before they call. What the functions hold meanwhile is wiped, since it may be a password.
namespace watchword::text {

/// Code points in well-formed UTF-8 (no overlong forms, surrogates or values above U+10FFFF); nothing if it is not.
WATCHWORD_EXPORT std::optional<std::size_t> count_code_points(std::string_view utf8) noexcept;

/// NFC; nothing if the input is not well-formed UTF-8.
WATCHWORD_EXPORT std::optional<std::string> nfc(std::string_view utf8);

/// NFKC with default case folding, repeated until stable, so that f(f(x)) = f(x).
WATCHWORD_EXPORT std::optional<std::string> nfkc_casefold(std::string_view utf8);

/// NFC with default case folding, likewise stable.
WATCHWORD_EXPORT std::optional<std::string> nfc_casefold(std::string_view utf8);

/// True if any character is a mere variant of others (full-width, ligature, superscript...), so that NFKC would change
/// the NFC; or if the text is not UTF-8.
WATCHWORD_EXPORT bool has_compatibility_form(std::string_view utf8);

/// A domain name in its A-label form, lower case (IDNA2008, non-transitional); nothing if it is not a host name of at
/// least two labels, or breaks a length limit (63 bytes a label, 253 in all).
WATCHWORD_EXPORT std::optional<std::string> domain_to_ascii(std::string_view domain);

/// True if any code point is a control, format, private-use, surrogate or unassigned one, a line or paragraph
/// separator. Text that is not UTF-8 counts as such.
WATCHWORD_EXPORT bool has_control(std::string_view utf8) noexcept;

/// True if any code point is white space other than U+0020 or is invisible (default-ignorable), or if the text is not
/// UTF-8.
WATCHWORD_EXPORT bool has_odd_space(std::string_view utf8) noexcept;

/// True if letters of more than one script stand together in a way that serves confusion: Latin, Greek, Cyrillic,
/// Armenian and Cherokee are not mixed with each other. Text that is not UTF-8 counts as such.
WATCHWORD_EXPORT bool mixes_scripts(std::string_view utf8) noexcept;

/// True for letters, marks, decimal digits and `-` `.` `_`, with at least one letter or digit and no mark at the
/// start.
WATCHWORD_EXPORT bool is_identifier(std::string_view utf8) noexcept;

/// True if what is written from left to right and from right to left stands together (RFC 5893 section 2): letters of
/// both directions, Arabic digits beside letters of the first or beside European digits. Text that is not UTF-8 counts
/// as such.
WATCHWORD_EXPORT bool mixes_directions(std::string_view utf8) noexcept;

/// True if decimal digits of more than one script stand together. Text that is not UTF-8 counts as such.
WATCHWORD_EXPORT bool mixes_digits(std::string_view utf8) noexcept;

}  // namespace watchword::text
