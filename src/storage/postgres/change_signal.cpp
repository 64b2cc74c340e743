#include "storage/postgres/change_signal.hpp"

#include <algorithm>

namespace watchword::postgres {
namespace {

constexpr Lifetime kPauseBetweenTries = Lifetime::milliseconds(500);

struct FreeNotification final {
  void operator()(PGnotify* notification) const noexcept { ::PQfreemem(notification); }
};

}  // namespace

bool NotifySignal::wait(Lifetime most) noexcept {
  const Timestamp deadline = steady_clock().now() + most;
  if (!closed_ && !connection_) {
    if (connect()) return true;
    rest(std::min(most, kPauseBetweenTries));
    return false;
  }
  while (!closed_) {
    if (sending_.exchange(false) && !tell()) break;
    if (hear()) return true;
    if (connection_->lost()) break;
    const Lifetime left = deadline - steady_clock().now();
    if (left <= Lifetime()) return false;
    wakeup_.wait(::PQsocket(connection_->handle()), left);
    wakeup_.take();
  }
  connection_.reset();
  return false;
}

void NotifySignal::send() noexcept {
  sending_ = true;
  wakeup_.ring();
}

void NotifySignal::close() noexcept {
  closed_ = true;
  wakeup_.ring();
}

bool NotifySignal::connect() noexcept {
  try {
    auto opened = Connection::open(settings_);
    if (!opened || !(*opened)->run_text("LISTEN watchword_changes")) return false;
    connection_ = *std::move(opened);
    return true;
  } catch (...) {
    return false;
  }
}

bool NotifySignal::tell() noexcept { return connection_->run_text("NOTIFY watchword_changes").has_value(); }

/// What this process told itself does not count.
bool NotifySignal::hear() noexcept {
  if (::PQconsumeInput(connection_->handle()) != 1) return false;
  bool heard = false;
  for (;;) {
    std::unique_ptr<PGnotify, FreeNotification> notification(::PQnotifies(connection_->handle()));
    if (!notification) return heard;
    heard = heard || notification->be_pid != ::PQbackendPID(connection_->handle());
  }
}

void NotifySignal::rest(Lifetime most) noexcept {
  const Timestamp deadline = steady_clock().now() + most;
  while (!closed_ && steady_clock().now() < deadline) {
    wakeup_.wait(-1, deadline - steady_clock().now());
    wakeup_.take();
  }
}

}  // namespace watchword::postgres
