#include "storage/disk_faults.hpp"

#include <cerrno>

#include <sys/syscall.h>
#include <unistd.h>

namespace {

int sync_file(int file, long call) {
  using watchword::test::Disk;
  ++Disk::syncs;
  if (Disk::fail_sync_in > 0 && --Disk::fail_sync_in == 0) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(call, file));
}

}  // namespace

// In front of the C library's, for this program and the shared libraries that it loads.
extern "C" {
int fsync(int file) { return sync_file(file, SYS_fsync); }
int fdatasync(int file) { return sync_file(file, SYS_fdatasync); }
}
