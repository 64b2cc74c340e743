#pragma once

namespace watchword::test {

/// This thread's calls of operator new.
long allocations() noexcept;
/// Lets that many further allocations of this thread succeed, and none after them; negative: all succeed.
void fail_allocations_after(long count) noexcept;

}  // namespace watchword::test
