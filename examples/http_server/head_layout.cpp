#include "head_layout.hpp"

#include <cstring>

#include <microhttpd.h>

namespace example {
namespace {

constexpr std::uintptr_t kLineEnd = 2;

std::uintptr_t place_of(const char* text) { return reinterpret_cast<std::uintptr_t>(text); }

}  // namespace

HeadLayout::HeadLayout(const char* method, const char* target, std::size_t target_size, const char* version) noexcept
    : begin_(place_of(method)), next_(place_of(version) + std::strlen(version) + kLineEnd) {
  whole_ =
      place_of(target) == begin_ + std::strlen(method) + 1 && place_of(version) == place_of(target) + target_size + 1;
}

void HeadLayout::add(const char* name, std::size_t name_size, const char* value, std::size_t value_size) noexcept {
  whole_ = whole_ && place_of(name) == next_ && place_of(value) > next_ + name_size;
  next_ = place_of(value) + value_size + kLineEnd;
}

bool HeadLayout::is_whole(std::size_t head_size) const noexcept {
  bool strict_library = MHD_get_version()[0] != '0';
  return strict_library || (whole_ && next_ + kLineEnd == begin_ + head_size);
}

}  // namespace example
