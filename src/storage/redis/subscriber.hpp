#pragma once

#include <optional>

#include "storage/redis/closing.hpp"
#include "storage/redis/link.hpp"
#include "storage/redis/settings.hpp"

namespace watchword::redis {

/// Listens on the channel. Whatever may have been missed while it could not counts as heard.
class Subscriber final {
 public:
  explicit Subscriber(const Settings& settings) noexcept;
  bool valid() const noexcept { return closing_.valid(); }

  bool wait(Lifetime most) noexcept;
  /// Safe to use from any thread.
  void close() noexcept { closing_.ring(); }

 private:
  bool listen(Timestamp deadline) noexcept;
  bool hear();
  bool is_news(const redisReply& reply) const noexcept;
  void check_life();
  Timestamp next_check() const noexcept;

  const Settings& settings_;
  Closing closing_;
  Link link_;
  Timestamp heard_at_;
  std::optional<Timestamp> asked_at_;  ///< whether it lives, while that is not answered
};

}  // namespace watchword::redis
