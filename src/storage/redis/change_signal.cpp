#include "storage/redis/change_signal.hpp"

#include <algorithm>

#include <poll.h>

namespace watchword::redis {

PubSubSignal::PubSubSignal(Settings settings)
    : settings_(std::move(settings)), publisher_(std::make_unique<Publisher>(settings_)), subscriber_(settings_) {}

PubSubSignal::~PubSubSignal() {
  // In the child of a fork there is no thread to join, and its descriptors' counters are the parent's.
  if (!in_own_process()) static_cast<void>(publisher_.release());
}

bool PubSubSignal::wait(Lifetime most) noexcept {
  if (in_own_process()) return subscriber_.wait(most);
  ::poll(nullptr, 0, static_cast<int>(std::clamp<std::int64_t>(most.milliseconds(), 0, 60000)));
  return false;
}

void PubSubSignal::send() noexcept {
  if (in_own_process()) publisher_->send();
}

void PubSubSignal::close() noexcept {
  if (in_own_process()) subscriber_.close();
}

}  // namespace watchword::redis
