#pragma once

#include <watchword/base/rng.hpp>
#include <watchword/base/time.hpp>

namespace watchword::mail {

/// How long to wait after the `attempts`-th failure: 5 s, doubled each time up to 15 minutes, and up to a quarter more
/// (within kMostPostponed), so that senders that failed together do not come back together.
Lifetime backoff(int attempts, Rng& rng) noexcept;

}  // namespace watchword::mail
