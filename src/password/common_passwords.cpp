#include "password/common_passwords.hpp"

namespace watchword::password {
namespace {

struct Entries final {
  std::size_t length;
  std::string_view text;
};

#define COMMON(length, text) Entries{length, text},
constexpr Entries kCommon[] = {
#include "password/common_passwords.inc"
};
#undef COMMON

bool contains(const Entries& entries, std::string_view wanted) noexcept {
  std::size_t low = 0;
  std::size_t high = entries.text.size() / entries.length;
  while (low < high) {
    std::size_t middle = (low + high) / 2;
    int order = entries.text.substr(middle * entries.length, entries.length).compare(wanted);
    if (order == 0) return true;
    (order < 0 ? low : high) = order < 0 ? middle + 1 : middle;
  }
  return false;
}

}  // namespace

bool is_common(std::string_view lower_case) noexcept {
  for (const auto& entries : kCommon) {
    if (entries.length == lower_case.size() && contains(entries, lower_case)) return true;
  }
  return false;
}

}  // namespace watchword::password
