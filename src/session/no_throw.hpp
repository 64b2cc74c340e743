#pragma once

#include <watchword/base/error.hpp>

namespace watchword::session {

inline Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

/// What `f` returns; where it throws, which only an allocation here does, `out_of_memory`.
template <class F>
auto no_throw(F&& f) noexcept -> decltype(f()) {
  try {
    return f();
  } catch (...) {
    return out_of_memory();
  }
}

}  // namespace watchword::session
