#include "storage/redis/link.hpp"

#include <string>

#include "storage/redis/error.hpp"

namespace watchword::redis {
namespace {

constexpr Lifetime kBetweenTries = Lifetime::milliseconds(500);

}  // namespace

bool Link::run(Words words) noexcept {
  try {
    auto done = attempt(words);
    if (!done) lose();
    report(done);
    return done.has_value();
  } catch (...) {
    lose();
    return false;
  }
}

Result<void> Link::attempt(Words words) {
  if (connection_) {
    auto done = connection_->ask(words);
    if (done || next_try_ > steady_clock().now()) return done;
    lose();
  }
  next_try_ = steady_clock().now() + kBetweenTries;
  auto opened = Connection::open(settings_, closing_);
  if (!opened) return opened.error();
  connection_ = *std::move(opened);
  return connection_->ask(words);
}

void Link::report(const Result<void>& done) noexcept {
  if (failing_ == !done || closing_.rung()) return;
  failing_ = !done;
  if (!failing_) {
    settings_.log.write(Severity::info, "redis_recovered", texts_.working);
    return;
  }
  Error told = redis_unavailable(texts_.failing);
  told.append_reason(" (");
  told.append_reason(done.error().reason());
  told.append_reason(").");
  settings_.log.write(Severity::warning, "redis_unreachable", told.reason());
}

}  // namespace watchword::redis
