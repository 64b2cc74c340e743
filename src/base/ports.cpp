#include <watchword/base/executor.hpp>
#include <watchword/base/log.hpp>
#include <watchword/base/rng.hpp>
#include <watchword/base/time.hpp>

namespace watchword {

Clock::~Clock() = default;
Rng::~Rng() = default;
LogSink::~LogSink() = default;
Executor::~Executor() = default;

namespace {

class NullLog final : public LogSink {
 public:
  void write(Severity, std::string_view, std::string_view) noexcept override {}
};

}  // namespace

LogSink& null_log() noexcept {
  static NullLog log;
  return log;
}

}  // namespace watchword
