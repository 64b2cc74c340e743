#include <memory>
#include <new>

#include <idn2.h>

#include "text/text.hpp"

namespace watchword::text {
namespace {

constexpr std::size_t kMostLabel = 63;
constexpr std::size_t kMostName = 253;
// A name of 253 characters has no UTF-8 spelling longer than this, however it is composed.
constexpr std::size_t kMostInput = 2048;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_host_character(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-'; }

void lower_all(std::string& text) noexcept {
  for (char& c : text) c = lower(c);
}

bool is_label(std::string_view label) noexcept {
  if (label.empty() || label.size() > kMostLabel || label.front() == '-' || label.back() == '-') return false;
  for (char c : label) {
    if (!is_host_character(c)) return false;
  }
  return true;
}

bool all_digits(std::string_view label) noexcept {
  for (char c : label) {
    if (!is_digit(c)) return false;
  }
  return true;
}

/// RFC 1123 2.1: letters, digits and hyphens; a last label of digits alone would be an address.
bool is_host_name(std::string_view name) noexcept {
  if (name.size() > kMostName) return false;
  std::size_t labels = 0;
  for (;; ++labels) {
    std::size_t dot = name.find('.');
    std::string_view label = name.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) return labels > 0 && !all_digits(label);
    name.remove_prefix(dot + 1);
  }
}

bool needs_conversion(std::string_view lower_case) noexcept {
  for (std::size_t i = 0; i < lower_case.size(); ++i) {
    if (static_cast<unsigned char>(lower_case[i]) >= 0x80) return true;
    bool starts_label = i == 0 || lower_case[i - 1] == '.';
    if (starts_label && lower_case.substr(i, 4) == "xn--") return true;
  }
  return false;
}

struct Idn2Free final {
  void operator()(std::uint8_t* text) const noexcept { idn2_free(text); }
};

std::optional<std::string> converted(const std::string& name) {
  std::uint8_t* out = nullptr;
  // Without IDN2_USE_STD3_ASCII_RULES: with it libidn2 drops what the rules forbid instead of failing. The letters,
  // digits and hyphens are checked afterwards.
  int status =
      idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(name.c_str()), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (status == IDN2_MALLOC) throw std::bad_alloc();
  if (status != IDN2_OK) return std::nullopt;
  std::unique_ptr<std::uint8_t, Idn2Free> owner(out);
  std::string ascii(reinterpret_cast<const char*>(out));
  lower_all(ascii);
  return ascii;
}

}  // namespace

std::optional<std::string> domain_to_ascii(std::string_view domain) {
  // A NUL would end the C string; TR46 drops invisible characters.
  if (domain.size() > kMostInput || has_control(domain) || has_odd_space(domain)) return std::nullopt;
  std::optional<std::string> name{std::in_place, domain};
  lower_all(*name);
  if (needs_conversion(*name)) name = converted(*name);
  if (!name || !is_host_name(*name)) return std::nullopt;
  return name;
}

}  // namespace watchword::text
