#include <utf8proc.h>

#include "text/text.hpp"

namespace watchword::text {
namespace {

/// True if `is` holds for any code point, or if the text is not UTF-8.
template <class Predicate>
bool any_code_point(std::string_view utf8, Predicate is) noexcept {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
  auto left = static_cast<utf8proc_ssize_t>(utf8.size());
  while (left > 0) {
    utf8proc_int32_t point = 0;
    auto units = utf8proc_iterate(at, left, &point);
    if (units <= 0 || is(point)) return true;
    at += units;
    left -= units;
  }
  return false;
}

struct ScriptRange final {
  utf8proc_int32_t first;
  utf8proc_int32_t last;
  char script;
};

// The scripts whose letters look alike, in order: Latin, Greek, Cyrillic, Armenian, Cherokee.
constexpr ScriptRange kScripts[] = {
    {0x0041, 0x005A, 'L'},   {0x0061, 0x007A, 'L'}, {0x00AA, 0x00AA, 'L'},   {0x00BA, 0x00BA, 'L'},
    {0x00C0, 0x00D6, 'L'},   {0x00D8, 0x00F6, 'L'}, {0x00F8, 0x02B8, 'L'},   {0x0370, 0x03FF, 'G'},
    {0x0400, 0x052F, 'C'},   {0x0531, 0x0587, 'A'}, {0x13A0, 0x13FF, 'K'},   {0x1C80, 0x1C8F, 'C'},
    {0x1D00, 0x1D25, 'L'},   {0x1D26, 0x1D2A, 'G'}, {0x1D2B, 0x1D2B, 'C'},   {0x1D2C, 0x1DBF, 'L'},
    {0x1E00, 0x1EFF, 'L'},   {0x1F00, 0x1FFF, 'G'}, {0x2071, 0x2071, 'L'},   {0x207F, 0x207F, 'L'},
    {0x2C60, 0x2C7F, 'L'},   {0x2DE0, 0x2DFF, 'C'}, {0xA640, 0xA69F, 'C'},   {0xA722, 0xA7FF, 'L'},
    {0xAB30, 0xAB69, 'L'},   {0xAB70, 0xABBF, 'K'}, {0xFB00, 0xFB06, 'L'},   {0xFB13, 0xFB17, 'A'},
    {0xFF21, 0xFF3A, 'L'},   {0xFF41, 0xFF5A, 'L'}, {0x10780, 0x107BF, 'L'}, {0x1DF00, 0x1DFFF, 'L'},
    {0x1E030, 0x1E08F, 'C'},
};

char script_of(utf8proc_int32_t point) noexcept {
  for (const auto& range : kScripts) {
    if (point < range.first) return 0;
    if (point <= range.last) return range.script;
  }
  return 0;
}

bool is_control(utf8proc_int32_t point) noexcept {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return true;
    default:
      return false;
  }
}

bool is_odd_space(utf8proc_int32_t point) noexcept {
  // U+2800, the empty Braille cell, is a symbol to Unicode and a blank to the eye.
  if (point == 0x2800 || (point >= 0x09 && point <= 0x0D) || point == 0x85) return true;
  auto category = utf8proc_category(point);
  if (category == UTF8PROC_CATEGORY_ZS) return point != 0x20;
  if (category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP) return true;
  return utf8proc_get_property(point)->ignorable;
}

bool is_mark(utf8proc_int32_t point) noexcept {
  auto category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC;
}

bool is_letter_or_digit(utf8proc_int32_t point) noexcept {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return false;
  }
}

bool is_digit(utf8proc_int32_t point) noexcept { return utf8proc_category(point) == UTF8PROC_CATEGORY_ND; }

/// Unicode keeps the ten digits of a script in a row, and other things between two rows (mathematical digits aside).
utf8proc_int32_t zero_of(utf8proc_int32_t digit) noexcept {
  while (is_digit(digit - 1)) --digit;
  return digit;
}

}  // namespace

bool has_control(std::string_view utf8) noexcept { return any_code_point(utf8, is_control); }

bool has_odd_space(std::string_view utf8) noexcept { return any_code_point(utf8, is_odd_space); }

bool mixes_scripts(std::string_view utf8) noexcept {
  char seen = 0;
  return any_code_point(utf8, [&seen](utf8proc_int32_t point) noexcept {
    char script = script_of(point);
    if (script == 0) return false;
    bool other = seen != 0 && seen != script;
    seen = script;
    return other;
  });
}

bool is_identifier(std::string_view utf8) noexcept {
  bool begun = false;
  bool named = false;
  bool foreign = any_code_point(utf8, [&](utf8proc_int32_t point) noexcept {
    bool letter = is_letter_or_digit(point);
    bool allowed = letter || (begun && is_mark(point)) || point == '-' || point == '.' || point == '_';
    begun = true;
    named = named || letter;
    return !allowed;
  });
  return named && !foreign;
}

bool mixes_directions(std::string_view utf8) noexcept {
  bool left_to_right = false;
  bool right_to_left = false;
  bool european = false;
  bool arabic = false;
  return any_code_point(utf8, [&](utf8proc_int32_t point) noexcept {
    auto direction = utf8proc_get_property(point)->bidi_class;
    left_to_right = left_to_right || direction == UTF8PROC_BIDI_CLASS_L;
    right_to_left = right_to_left || direction == UTF8PROC_BIDI_CLASS_R || direction == UTF8PROC_BIDI_CLASS_AL;
    european = european || direction == UTF8PROC_BIDI_CLASS_EN;
    arabic = arabic || direction == UTF8PROC_BIDI_CLASS_AN;
    return (left_to_right && (right_to_left || arabic)) || (european && arabic);
  });
}

bool mixes_digits(std::string_view utf8) noexcept {
  utf8proc_int32_t seen = 0;
  return any_code_point(utf8, [&seen](utf8proc_int32_t point) noexcept {
    if (!is_digit(point)) return false;
    auto zero = zero_of(point);
    bool other = seen != 0 && seen != zero;
    seen = zero;
    return other;
  });
}

}  // namespace watchword::text
