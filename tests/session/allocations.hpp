#pragma once

#include <cstddef>

namespace watchword::test {

/// How often this thread has called operator new.
std::size_t allocations() noexcept;

}  // namespace watchword::test
