#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <watchword/base/owned.hpp>
#include <watchword/session/principal.hpp>
#include <watchword/session/revocation_index.hpp>
#include <watchword/session/session_issuer.hpp>
#include <watchword/storage/change_signal.hpp>

namespace watchword::session {

/// What happens to sessions after their start. Every ending is written with its revocation in one transaction, and is
/// in force in this process before the call returns. Safe to use from any thread.
class WATCHWORD_EXPORT SessionService final {
 public:
  struct Parts final {
    SessionIssuer::Parts issuing;
    RevocationStore& revocations;
    RevocationIndex& index;
    ChangeSignal* signal = nullptr;  ///< tells other processes of a revocation; may be null
  };
  /// `keys`: the first derives. Errors (misconfigured): `session_policy`, `refresh_keys`.
  static Result<std::unique_ptr<SessionService>> create(const Parts& parts, const SessionPolicy& policy,
                                                        std::vector<RefreshKey> keys) noexcept;
  ~SessionService();

  /// Exchanges a refresh token for a new pair. A retry within the window gets the same successor; later, while the
  /// successor was never presented, a new one that replaces it; a token whose successor has been presented, or that was
  /// itself replaced, was stolen: the session ends. Under Rotation::never the pair holds the token presented.
  /// Errors: `refresh_invalid` (unauthenticated: unknown, expired, ended, revoked, reused), `refresh_too_often`
  /// (rate_limited), those of the TokenIssuer, the runner and the Rng: then nothing was spent.
  Result<TokenPair> refresh(const RequestContext& context, const OpaqueToken& presented) noexcept;

  /// Ends the session of a refresh token, whatever the token's state; unknown tokens succeed.
  Result<void> end_by_refresh_token(const RequestContext& context, const OpaqueToken& presented) noexcept;
  /// Ends one session of the user. Error: `session_unknown` (not_found).
  Result<void> end(const RequestContext& context, UserId user, SessionId session) noexcept;
  /// Ends the principal's session and its access tokens, also where the session itself is gone already.
  Result<void> end(const RequestContext& context, const Principal& principal) noexcept;
  /// Raises the user's epoch and ends all sessions. Error: `account_unknown` (not_found).
  Result<void> end_all(const RequestContext& context, UserId user) noexcept;
  Result<std::vector<Session>> list(UserId user) noexcept;

  /// Inside somebody else's transaction: raises the epoch, ends all sessions but `except`, which is kept, and records
  /// the revocation. Apply what it returns with announce() once the transaction has committed. Empty: no such account.
  Result<std::optional<Revocation>> end_all(Transaction& transaction, UserId user, std::optional<SessionId> except,
                                            Timestamp now) noexcept;
  /// Ends every session and every access token of everybody, and raises everybody's epoch.
  Result<void> end_everybody(const RequestContext& context) noexcept;
  void announce(const Revocation& revocation) noexcept;

 private:
  class Impl;
  explicit SessionService(std::unique_ptr<Impl> impl) noexcept;
  Owned<Impl> impl_;
};

}  // namespace watchword::session
