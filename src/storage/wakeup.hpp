#pragma once

#include <cerrno>
#include <cstdint>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <watchword/base/time.hpp>

namespace watchword {

/// A descriptor that one thread polls and others make ready. Safe to use from any thread.
class Wakeup final {
 public:
  Wakeup() noexcept : file_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;
  ~Wakeup() {
    if (file_ >= 0) ::close(file_);
  }

  bool valid() const noexcept { return file_ >= 0; }
  int file() const noexcept { return file_; }
  void ring() noexcept {
    const std::uint64_t one = 1;
    // It fails only where it is ready already.
    while (::write(file_, &one, sizeof one) < 0 && errno == EINTR) {
    }
  }
  /// Whether it was rung since the last call.
  bool take() noexcept {
    std::uint64_t count = 0;
    return ::read(file_, &count, sizeof count) == sizeof count;
  }
  /// Waits until it is rung or `other` (a descriptor, or -1) may be read. False: neither, for as long as `most`.
  bool wait(int other, Lifetime most) noexcept {
    pollfd files[2] = {{file_, POLLIN, 0}, {other, POLLIN, 0}};
    const auto milliseconds = most.milliseconds() < 60000 ? most.milliseconds() : 60000;
    return ::poll(files, other >= 0 ? 2 : 1, static_cast<int>(milliseconds < 0 ? 0 : milliseconds)) > 0;
  }

 private:
  const int file_;
};

}  // namespace watchword
