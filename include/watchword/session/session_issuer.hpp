#pragma once

#include <cstdint>

#include <watchword/account/account_store.hpp>
#include <watchword/audit/audit.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/request_context.hpp>
#include <watchword/base/result.hpp>
#include <watchword/session/login_outcome.hpp>
#include <watchword/session/refresh_token_store.hpp>
#include <watchword/session/revocation.hpp>
#include <watchword/session/session_policy.hpp>
#include <watchword/session/session_store.hpp>
#include <watchword/token/token_issuer.hpp>

namespace watchword::session {

/// What refresh tokens begin with.
inline constexpr Literal kRefreshPrefix("wwr_");

/// The one door to a session: every way of signing in ends here, and only here are account status, epoch and further
/// factors checked and sessions made. Safe to use from any thread.
class WATCHWORD_EXPORT SessionIssuer final {
 public:
  struct Parts final {
    TransactionRunner& runner;
    account::AccountStore& accounts;
    SessionStore& sessions;
    RefreshTokenStore& refresh_tokens;
    TokenIssuer& tokens;
    audit::Sink& audit;
    ExtraClaims* extra_claims;  ///< may be null
    Clock& clock;
    Rng& rng;
  };
  SessionIssuer(const Parts& parts, const SessionPolicy& policy) noexcept : parts_(parts), policy_(policy) {}

  /// `epoch`: the one read together with what proved the user (the password's hash): if it has risen since, that proof
  /// is out of date. Errors: `credentials_invalid` (unauthenticated: inactive, gone, or the epoch has risen), those of
  /// the TokenIssuer, the runner and the Rng.
  struct Proof final {
    UserId user;
    std::int64_t epoch = 0;
    Assurance assurance;
  };
  Result<LoginOutcome> start(const RequestContext& context, const Proof& proof) noexcept;

 private:
  Parts parts_;
  SessionPolicy policy_;
};

}  // namespace watchword::session
