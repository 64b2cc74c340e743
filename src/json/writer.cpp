#include <array>

#include "json/json.hpp"

namespace watchword::json {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;  ///< bytes; 0: invalid
};

/// RFC 3629: the shortest form, no surrogates, nothing over U+10FFFF.
CodePoint first_code_point(std::string_view text) noexcept {
  constexpr std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
  char32_t value = lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80U) return {};
    value = value << 6 | (next & 0x3fU);
  }
  if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
  return {value, size};
}

bool needs_escape(char32_t c) noexcept {
  return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7f && c <= 0x9f) || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

void append_escape(std::string& out, char32_t c) {
  constexpr std::string_view named = "\"\\\b\f\n\r\t";
  constexpr std::string_view letters = "\"\\bfnrt";
  constexpr char digits[] = "0123456789abcdef";
  out += '\\';
  auto at = c < 0x80 ? named.find(static_cast<char>(c)) : std::string_view::npos;
  if (at != std::string_view::npos) {
    out += letters[at];
    return;
  }
  out += 'u';
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[c >> shift & 15];
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    auto [value, size] = first_code_point(text);
    if (size == 0) {
      out += "\xef\xbf\xbd";
      size = 1;
    } else if (needs_escape(value)) {
      append_escape(out, value);
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  out += '"';
}

}  // namespace

void Writer::separate() {
  if (need_comma_) out_ += ',';
  need_comma_ = true;
}

Writer& Writer::begin_object() {
  separate();
  out_ += '{';
  need_comma_ = false;
  return *this;
}

Writer& Writer::end_object() {
  out_ += '}';
  need_comma_ = true;
  return *this;
}

Writer& Writer::begin_array() {
  separate();
  out_ += '[';
  need_comma_ = false;
  return *this;
}

Writer& Writer::end_array() {
  out_ += ']';
  need_comma_ = true;
  return *this;
}

Writer& Writer::name(std::string_view name) {
  separate();
  append_quoted(out_, name);
  out_ += ':';
  need_comma_ = false;
  return *this;
}

Writer& Writer::text(std::string_view value) {
  separate();
  append_quoted(out_, value);
  return *this;
}

Writer& Writer::integer(std::int64_t value) { return raw(std::to_string(value)); }
Writer& Writer::boolean(bool value) { return raw(value ? "true" : "false"); }
Writer& Writer::null() { return raw("null"); }

Writer& Writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

}  // namespace watchword::json
