#pragma once

#include <sys/types.h>
#include <unistd.h>

namespace watchword {

/// Remembers the process that made it: in the child of a fork no thread of its parent runs, and a lock that one of them
/// held stays held for ever. So what owns threads is given up there, and nothing waits for them.
class OwnProcess final {
 public:
  bool is_this() const noexcept { return ::getpid() == process_; }

 private:
  const pid_t process_ = ::getpid();
};

}  // namespace watchword
