#include "storage/redis/publisher.hpp"

#include <signal.h>

namespace watchword::redis {
namespace {

constexpr Lifetime kLong = Lifetime::minutes(1);

/// The host's signals are for the host's threads.
void block_signals() noexcept {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

Publisher::Publisher(const Settings& settings)
    : settings_(settings),
      link_(settings, closing_,
            {"Redis cannot be published to; other processes see changes by polling alone",
             "Redis can be published to again."}) {}

Publisher::~Publisher() {
  closing_.ring();
  if (thread_.joinable()) thread_.join();
}

void Publisher::start() {
  thread_ = std::thread([this] { work(); });
}

void Publisher::send() noexcept {
  if (!pending_.exchange(true)) asked_.ring();
}

void Publisher::work() noexcept {
  block_signals();
  while (!closing_.rung()) {
    if (!pending_) {
      asked_.wait(closing_.file(), kLong);
      asked_.take();
    } else if (const Lifetime pause = link_.pause(); pause > Lifetime()) {
      closing_.wait(-1, pause);
    } else {
      // What is asked for from here on is not covered by this command.
      pending_ = false;
      if (!link_.run({"PUBLISH", settings_.channel, settings_.self})) pending_ = true;
    }
  }
}

}  // namespace watchword::redis
