#pragma once

#include <cstdint>
#include <optional>

#include <watchword/base/id.hpp>

namespace watchword::session {

/// All revocations of one user, combined: a token is revoked if any of them revokes it. Since each is an epoch and at
/// most one exempt session, the highest one and the highest of those that exempt another session say all of it.
struct UserBound final {
  std::int64_t min_epoch = 0;
  std::optional<SessionId> exempt;
  std::int64_t exempt_min_epoch = 0;  ///< of the tokens of `exempt`

  bool revokes(std::int64_t epoch, const SessionId& session) const noexcept {
    return epoch < (exempt && *exempt == session ? exempt_min_epoch : min_epoch);
  }

  friend bool operator==(const UserBound& a, const UserBound& b) noexcept {
    return a.min_epoch == b.min_epoch && a.exempt == b.exempt && a.exempt_min_epoch == b.exempt_min_epoch;
  }

  /// Adds (epoch, kept). In any order, and any number of times, the same entries give the same verdicts.
  void add(std::int64_t epoch, const std::optional<SessionId>& kept) noexcept {
    if (exempt && kept == exempt) {
      if (epoch > min_epoch) min_epoch = epoch;
    } else if (epoch > min_epoch || (epoch == min_epoch && !kept)) {
      // Nobody but `kept` was better off before than with the old highest bound.
      exempt_min_epoch = kept ? min_epoch : 0;
      min_epoch = epoch;
      exempt = kept;
    } else if (exempt && epoch > exempt_min_epoch) {
      exempt_min_epoch = epoch;
    }
  }
};

}  // namespace watchword::session
