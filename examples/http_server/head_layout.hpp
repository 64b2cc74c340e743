#pragma once

#include <cstddef>
#include <cstdint>

namespace example {

/// Finds out whether libmicrohttpd has swallowed a part of a request's head. Before 1.0 it ends a target or a value at
/// a NUL, glues a folded line to the name of its field, and takes a field without a name for the end of the head; what
/// it hands out does not show that, but where it lies does. For each piece stays where it was received: one directly
/// behind the other, but for the white space before a value and the bytes that end a line. Versions from 1.0 on refuse
/// all this themselves, and count as whole.
class HeadLayout final {
 public:
  /// The pieces of the request line; `target_size` is the target's before libmicrohttpd splits it.
  HeadLayout(const char* method, const char* target, std::size_t target_size, const char* version) noexcept;
  /// The next field.
  void add(const char* name, std::size_t name_size, const char* value, std::size_t value_size) noexcept;
  /// `head_size`: as libmicrohttpd counts it.
  bool is_whole(std::size_t head_size) const noexcept;

 private:
  // Numbers, since pointers into what may be two pieces of memory must not be subtracted.
  std::uintptr_t begin_;
  std::uintptr_t next_;
  bool whole_ = true;
};

}  // namespace example
