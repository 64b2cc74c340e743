#include <time.h>

#include <watchword/base/time.hpp>

namespace watchword {
namespace {

class SystemClock final : public Clock {
 public:
  Timestamp now() noexcept override {
    timespec t{};
    ::clock_gettime(CLOCK_REALTIME, &t);
    return Timestamp::from_microseconds(static_cast<std::int64_t>(t.tv_sec) * 1000000 + t.tv_nsec / 1000);
  }
};

}  // namespace

Clock& system_clock() noexcept {
  static SystemClock clock;
  return clock;
}

}  // namespace watchword
