#pragma once

#include <cstdint>
#include <string_view>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/session/principal.hpp>
#include <watchword/token/verified_token.hpp>

namespace watchword {
class TokenVerifier;
}
namespace watchword::account {
class AccountStore;
}

namespace watchword::session {

class RevocationFeed;
class RevocationIndex;
class SessionStore;

enum class GuardMode : std::uint8_t {
  indexed,  ///< trust the index; ask the store while the feed is stale
  closed,   ///< trust the index; refuse while the feed is stale
  strict,   ///< ask the store at every check: a session that is not there or of an earlier epoch than its account's, or
            ///< an inactive account, is refused
};

/// The one place where an access token becomes a Principal. Safe to use from any thread. check() of an HS256 token in
/// the modes `indexed` and `closed` takes no lock, allocates nothing and reads no database.
class WATCHWORD_EXPORT AccessGuard final {
 public:
  struct Parts final {
    const TokenVerifier& verifier;
    const RevocationIndex& index;
    const RevocationFeed& feed;
    SessionStore& sessions;
    account::AccountStore& accounts;
    Clock& clock;
  };
  /// The parts must outlive the guard.
  AccessGuard(const Parts& parts, GuardMode mode) noexcept : parts_(parts), mode_(mode) {}

  /// `token`: the compact JWT. Errors: those of TokenVerifier; `token_revoked` (unauthenticated); `revocations_stale`
  /// (unavailable: mode closed); the stores' (unavailable): a store that cannot answer refuses.
  Result<Principal> check(std::string_view token) const noexcept;

 private:
  Result<Principal> ask_store(const VerifiedToken& token) const noexcept;
  Parts parts_;
  GuardMode mode_;
};

}  // namespace watchword::session
