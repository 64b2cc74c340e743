#include "mail/header_text.hpp"

#include <cstddef>

#include "text/text.hpp"

namespace watchword::mail {
namespace {

constexpr std::size_t kPlainText = 64;
constexpr std::size_t kWordBytes = 42;  // 56 characters of base64 and 12 of "=?UTF-8?B?" and "?="
constexpr std::size_t kLine = 75;       // and the "=" of a soft break

bool is_ascii(std::string_view text) noexcept {
  for (char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

bool is_alphanumeric(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_atext(char c) noexcept {
  return is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_label_character(char c) noexcept { return is_alphanumeric(c) || c == '-'; }

template <class Allowed>
bool is_dotted(std::string_view text, Allowed allowed) noexcept {
  char before = '.';
  for (char c : text) {
    if (c == '.' ? before == '.' : !allowed(c)) return false;
    before = c;
  }
  return before != '.';
}

std::optional<std::string> header_domain(std::string_view domain) {
  if (auto ascii = text::domain_to_ascii(domain)) return ascii;
  // A host name without a dot, as in a private network, is no public domain and yet a mail's.
  if (domain.size() > 253 || !is_dotted(domain, is_label_character)) return std::nullopt;
  return std::string(domain);
}

void append_base64(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::size_t size = bytes.size() - i < 3 ? bytes.size() - i : 3;
    unsigned long group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < size ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= size ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
}

std::size_t whole_characters(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) return text.size();
  std::size_t size = limit;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return size == 0 ? limit : size;
}

bool opens_ambiguously(std::string_view rest) noexcept {
  return rest.substr(0, 1) == "." || rest.substr(0, 5) == "From ";
}

bool is_plain(char c, std::string_view after) noexcept {
  if (c == ' ' || c == '\t') return !after.empty() && after[0] != '\n';
  return c > ' ' && c < 0x7F && c != '=';
}

}  // namespace

std::optional<std::string> header_address(std::string_view address) {
  std::size_t at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || address.size() > 320) return std::nullopt;
  auto local = address.substr(0, at);
  if (text::has_control(local) || text::has_odd_space(local) || !is_dotted(local, is_atext)) return std::nullopt;
  auto domain = header_domain(address.substr(at + 1));
  if (!domain) return std::nullopt;
  return std::string(local) + "@" + *domain;
}

std::string header_text(std::string_view text) {
  if (is_ascii(text) && text.size() <= kPlainText && text.find("=?") == std::string_view::npos)
    return std::string(text);
  std::string out;
  while (!text.empty()) {
    std::size_t size = whole_characters(text, kWordBytes);
    out += out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?";
    append_base64(out, text.substr(0, size));
    out += "?=";
    text.remove_prefix(size);
  }
  return out;
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  // Three characters for each byte, and a soft line end of three after every 73 of them at the soonest.
  out.reserve(3 * text.size() + text.size() / 8 + 8);
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    bool plain = is_plain(c, text.substr(i + 1)) && !(column == 0 && opens_ambiguously(text.substr(i)));
    std::size_t width = plain ? 1 : 3;
    if (column + width > kLine) {
      out += "=\r\n";
      column = 0;
      plain = plain && !opens_ambiguously(text.substr(i));
      width = plain ? 1 : 3;
    }
    if (plain) {
      out += c;
    } else {
      out += '=';
      out += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
      out += "0123456789ABCDEF"[c & 15];
    }
    column += width;
  }
  if (column > 0) out += "\r\n";
  return out;
}

}  // namespace watchword::mail
