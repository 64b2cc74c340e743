#pragma once

#include <algorithm>
#include <string_view>

namespace watchword::http {

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

/// Without the spaces and tabs around it (OWS, RFC 9110 section 5.6.3).
constexpr std::string_view trimmed(std::string_view text) noexcept {
  auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

constexpr bool is_alphanumeric(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// True if `text` is not empty and holds letters, digits and characters of `others` only.
constexpr bool consists_of(std::string_view text, std::string_view others) noexcept {
  for (char c : text) {
    if (!is_alphanumeric(c) && others.find(c) == std::string_view::npos) return false;
  }
  return !text.empty();
}

}  // namespace watchword::http
