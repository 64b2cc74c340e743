#include <utility>

#include <watchword/session/session_service.hpp>

#include "session/minting.hpp"
#include "session/no_throw.hpp"
#include "session/refresh_keys.hpp"
#include "session/session_ending.hpp"
#include "session/token_refresh.hpp"

namespace watchword::session {
namespace {

using Verdict = RefreshDecision::Verdict;

Error refresh_invalid(std::string_view reason) noexcept {
  return Error(Errc::unauthenticated, "refresh_invalid", "This refresh token is not valid. Sign in again.")
      .with_reason(reason);
}

Error refresh_too_often() noexcept {
  return Error(Errc::rate_limited, "refresh_too_often", "The session was refreshed too often. Wait a while.")
      .with_retry_after(Lifetime::minutes(1));
}

bool within(Lifetime value, Lifetime least, Lifetime most) noexcept { return value >= least && value <= most; }

bool valid(const SessionPolicy& policy) noexcept {
  return within(policy.refresh_lifetime, Lifetime::minutes(1), Lifetime::days(90)) &&
         within(policy.session_lifetime, Lifetime::minutes(1), Lifetime::days(400)) &&
         within(policy.retry_window, Lifetime{}, Lifetime::minutes(5)) && policy.rotations_per_hour >= 1 &&
         policy.rotations_per_hour <= 3600;
}

}  // namespace

class SessionService::Impl {
 public:
  Impl(const Parts& parts, const SessionPolicy& policy, RefreshKeys keys)
      : parts_(parts), policy_(policy), keys_(std::move(keys)), ending_(parts_, policy_) {}

  Result<TokenPair> refresh(const RequestContext& context, const OpaqueToken& token) {
    TokenRefresh::Presented presented{context, token, token.digest(), parts_.issuing.clock.now(), {}, {}};
    auto drawn = parts_.issuing.rng.fill(presented.nonce.data(), presented.nonce.size());
    if (!drawn) return drawn.error();
    auto extra = claims_for(presented.digest, presented.now);
    if (!extra) return extra.error();
    presented.extra = *std::move(extra);
    TokenRefresh work(parts_, policy_, keys_, presented);
    RefreshDecision decision;
    auto done = parts_.issuing.runner.run([&](Transaction& transaction) -> Result<void> {
      auto decided = no_throw([&] { return work.decide(transaction); });
      if (!decided) return decided.error();
      decision = *std::move(decided);
      return {};
    });
    if (!done) return done.error();
    if (decision.verdict == Verdict::stolen) ending_.announce(work.revocation(decision.session));
    parts_.issuing.audit.note(work.event(decision));
    return answer(std::move(decision));
  }

  Result<std::vector<Session>> list(UserId user) const noexcept {
    return parts_.issuing.sessions.list(user, parts_.issuing.clock.now());
  }
  const SessionEnding& ending() const noexcept { return ending_; }

 private:
  static Result<TokenPair> answer(RefreshDecision decision) noexcept {
    switch (decision.verdict) {
      case Verdict::granted:
        return TokenPair{decision.session, decision.user, std::move(decision.access), std::move(decision.refresh),
                         decision.refresh_expires_at};
      case Verdict::too_often:
        return refresh_too_often();
      case Verdict::refused:
      case Verdict::stolen:
        break;
    }
    return refresh_invalid(decision.reason);
  }

  /// Whose claims the host is to be asked for is known only to the store, and the host must not be asked within a
  /// transaction: so one before the other tells it. A token never changes its session.
  Result<std::vector<ExtraClaim>> claims_for(const TokenDigest& digest, Timestamp now) {
    if (parts_.issuing.extra_claims == nullptr) return std::vector<ExtraClaim>{};
    UserId user;
    SessionId id;
    auto done = parts_.issuing.runner.run([&](Transaction& transaction) -> Result<void> {
      user = UserId{};
      auto row = parts_.issuing.refresh_tokens.find(transaction, digest);
      if (!row) return row.error();
      if (!*row || (*row)->expires_at <= now) return {};
      user = (*row)->user;
      id = (*row)->session;
      return {};
    });
    if (!done) return done.error();
    if (user == UserId{}) return std::vector<ExtraClaim>{};
    return host_claims(parts_.issuing, user, id);
  }

  const Parts parts_;
  const SessionPolicy policy_;
  const RefreshKeys keys_;
  const SessionEnding ending_;
};

SessionService::SessionService(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
SessionService::~SessionService() = default;

Result<std::unique_ptr<SessionService>> SessionService::create(const Parts& parts, const SessionPolicy& policy,
                                                               std::vector<RefreshKey> keys) noexcept {
  return no_throw([&]() -> Result<std::unique_ptr<SessionService>> {
    if (!valid(policy)) {
      return Error(Errc::misconfigured, "session_policy", "A lifetime or limit of sessions is out of its range.");
    }
    auto made = RefreshKeys::create(keys);
    if (!made) return made.error();
    return std::unique_ptr<SessionService>(new SessionService(std::make_unique<Impl>(parts, policy, *std::move(made))));
  });
}

Result<TokenPair> SessionService::refresh(const RequestContext& context, const OpaqueToken& presented) noexcept {
  return no_throw([&] { return impl_->refresh(context, presented); });
}

Result<void> SessionService::end_by_refresh_token(const RequestContext& context,
                                                  const OpaqueToken& presented) noexcept {
  return impl_->ending().end_by_refresh_token(context, presented);
}

Result<void> SessionService::end(const RequestContext& context, UserId user, SessionId session) noexcept {
  return impl_->ending().end(context, user, session);
}

Result<void> SessionService::end(const RequestContext& context, const Principal& principal) noexcept {
  return impl_->ending().end(context, principal);
}

Result<void> SessionService::end_all(const RequestContext& context, UserId user) noexcept {
  return impl_->ending().end_all(context, user);
}

Result<std::vector<Session>> SessionService::list(UserId user) noexcept { return impl_->list(user); }

Result<std::optional<Revocation>> SessionService::end_all(Transaction& transaction, UserId user,
                                                          std::optional<SessionId> except, Timestamp now) noexcept {
  return impl_->ending().end_all(transaction, user, except, now);
}

Result<void> SessionService::end_everybody(const RequestContext& context) noexcept {
  return impl_->ending().end_everybody(context);
}

void SessionService::announce(const Revocation& revocation) noexcept { impl_->ending().announce(revocation); }

}  // namespace watchword::session
