#include <time.h>

#include <watchword/base/time.hpp>

namespace watchword {
namespace {

template <clockid_t kId>
class OsClock final : public Clock {
 public:
  Timestamp now() noexcept override {
    timespec t{};
    ::clock_gettime(kId, &t);
    return Timestamp::from_microseconds(static_cast<std::int64_t>(t.tv_sec) * 1000000 + t.tv_nsec / 1000);
  }
};

}  // namespace

Clock& system_clock() noexcept {
  static OsClock<CLOCK_REALTIME> clock;
  return clock;
}

Clock& steady_clock() noexcept {
  static OsClock<CLOCK_MONOTONIC> clock;
  return clock;
}

}  // namespace watchword
