#include "storage/redis/subscriber.hpp"

#include <algorithm>

namespace watchword::redis {
namespace {

/// After such a silence the server is asked whether it lives.
constexpr Lifetime kSilence = Lifetime::seconds(1);

}  // namespace

Subscriber::Subscriber(const Settings& settings) noexcept
    : settings_(settings),
      link_(settings, closing_,
            {"Redis cannot be listened to; changes by other processes are seen by polling alone",
             "Redis can be listened to again."}) {}

bool Subscriber::wait(Lifetime most) noexcept {
  const Timestamp deadline = steady_clock().now() + most;
  while (!closing_.rung()) {
    if (link_.connection() != nullptr) {
      if (listen(deadline)) return true;
    } else if (const Lifetime pause = link_.pause(); pause > Lifetime()) {
      closing_.wait(-1, std::min(pause, deadline - steady_clock().now()));
    } else if (link_.run({"SUBSCRIBE", settings_.channel})) {
      heard_at_ = steady_clock().now();
      asked_at_.reset();
      return true;
    }
    if (steady_clock().now() >= deadline) return false;
  }
  return false;
}

/// What has come counts before the deadline does.
bool Subscriber::listen(Timestamp deadline) noexcept {
  try {
    if (hear()) return true;
    if (link_.connection() == nullptr) return false;
    check_life();
    if (link_.connection() == nullptr) return false;
    closing_.wait(link_.connection()->file(), std::min(deadline, next_check()) - steady_clock().now());
    return false;
  } catch (...) {
    link_.lose();
    return false;
  }
}

bool Subscriber::hear() {
  for (bool news = false;;) {
    auto reply = link_.connection()->read();
    if (!reply) {
      link_.lose();
      return news;
    }
    if (!*reply) return news;
    heard_at_ = steady_clock().now();
    asked_at_.reset();
    news = news || is_news(**reply);
  }
}

/// What this signal published itself does not count.
bool Subscriber::is_news(const redisReply& reply) const noexcept {
  if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 3) return false;
  const auto text = [](const redisReply& part) {
    return part.type == REDIS_REPLY_STRING ? std::string_view(part.str, part.len) : std::string_view();
  };
  return text(*reply.element[0]) == "message" && text(*reply.element[2]) != settings_.self;
}

void Subscriber::check_life() {
  const Timestamp now = steady_clock().now();
  if (now < next_check()) return;
  if (asked_at_ || !link_.connection()->write({"PING"})) return link_.lose();
  asked_at_ = now;
}

Timestamp Subscriber::next_check() const noexcept {
  return asked_at_ ? *asked_at_ + settings_.command_timeout : heard_at_ + kSilence;
}

}  // namespace watchword::redis
