#pragma once

#include <new>

#include <watchword/base/error.hpp>

namespace watchword {

inline Error memory_short() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

inline Error defect() noexcept { return {Errc::internal, "internal_error", "The server met a defect."}; }

/// What `work` returns; where it throws, the error that says so. Nothing passes a public function but through here.
template <class Work>
auto contained(Work&& work) noexcept -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return memory_short();
  } catch (...) {
    return defect();
  }
}

}  // namespace watchword
