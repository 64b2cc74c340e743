#include "mail/backoff.hpp"

namespace watchword::mail {

Lifetime backoff(int attempts, Rng& rng) noexcept {
  constexpr std::int64_t first = 5;
  constexpr std::int64_t most = 15 * 60;
  const int doublings = attempts < 1 ? 0 : attempts > 9 ? 8 : attempts - 1;
  const std::int64_t seconds = first << doublings;
  const std::int64_t base = Lifetime::seconds(seconds < most ? seconds : most).microseconds();
  std::uint8_t draw = 0;
  // Without randomness the wait has no jitter: it is no secret.
  if (!rng.fill(&draw, 1)) draw = 0;
  return Lifetime::microseconds(base + base / 4 * draw / 255);
}

}  // namespace watchword::mail
