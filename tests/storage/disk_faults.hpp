#pragma once

#include <atomic>

namespace watchword::test {

/// What the process's fsync() and fdatasync() do, SQLite's own calls included.
struct Disk final {
  static inline std::atomic<int> syncs{0};
  /// The n-th sync from now fails with EIO (1 is the next); 0: none does.
  static inline std::atomic<int> fail_sync_in{0};
};

}  // namespace watchword::test
