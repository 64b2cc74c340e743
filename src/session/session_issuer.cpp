#include <algorithm>
#include <utility>

#include <watchword/session/session_issuer.hpp>

#include "session/minting.hpp"
#include "session/no_throw.hpp"

namespace watchword::session {
namespace {

using Parts = SessionIssuer::Parts;

Error credentials_invalid(std::string_view reason) noexcept {
  return Error(Errc::unauthenticated, "credentials_invalid", "The name or the password is wrong.").with_reason(reason);
}

/// All that a new session consists of, made before its transaction begins.
struct Draft final {
  Session session;
  RefreshToken row;
  OpaqueToken refresh;
  AccessToken access;
};

Session new_session(const RequestContext& context, const SessionPolicy& policy, const SessionIssuer::Proof& proof,
                    SessionId id, Timestamp now) {
  bool rotates = policy.rotation == Rotation::on_use;
  Session session;
  session.id = id;
  session.user = proof.user;
  session.epoch = proof.epoch;
  session.assurance = proof.assurance;
  session.created_at = now;
  session.last_used_at = now;
  session.expires_at =
      now + (rotates ? policy.session_lifetime : (std::min)(policy.session_lifetime, policy.refresh_lifetime));
  session.client_address = storable(context.client_address, 64);
  session.user_agent = storable(context.user_agent, 256);
  session.device = storable(context.device, 64);
  return session;
}

Result<Draft> draft(const Parts& parts, const SessionPolicy& policy, const RequestContext& context,
                    const SessionIssuer::Proof& proof) {
  Timestamp now = parts.clock.now();
  auto id = SessionId::generate(parts.rng);
  if (!id) return id.error();
  Draft made;
  made.session = new_session(context, policy, proof, *id, now);
  auto refresh = OpaqueToken::generate(kRefreshPrefix, parts.rng);
  if (!refresh) return refresh.error();
  made.refresh = *std::move(refresh);
  auto extra = host_claims(parts, proof.user, *id);
  if (!extra) return extra.error();
  auto access = mint_access_token(parts, made.session, *std::move(extra), now);
  if (!access) return access.error();
  made.access = *std::move(access);
  made.row.digest = made.refresh.digest();
  made.row.session = *id;
  made.row.user = proof.user;
  made.row.expires_at = (std::min)(now + policy.refresh_lifetime, made.session.expires_at);
  made.row.changed_at = now;
  return made;
}

audit::Event event_of(const Session& session, const RequestContext& context) noexcept {
  audit::Event event;
  event.name = "session.started";
  event.at = session.created_at;
  event.user = session.user;
  event.session = session.id;
  event.context = &context;
  return event;
}

/// Why the proof does not open the door; "" where it does.
std::string_view refusal_of(const std::optional<account::Standing>& standing, std::int64_t epoch) noexcept {
  if (!standing) return "unknown_user";
  if (!standing->is_active) return "account_inactive";
  if (standing->epoch != epoch) return "epoch_risen";
  return "";
}

Result<void> insert(const Parts& parts, Transaction& transaction, const Draft& made,
                    const audit::Event& event) noexcept {
  auto session = parts.sessions.insert(transaction, made.session);
  if (!session) return session;
  auto token = parts.refresh_tokens.insert(transaction, made.row);
  if (!token) return token;
  return parts.audit.record(transaction, event);
}

/// A commit whose answer was lost is looked for by the session's own id.
bool committed_after_all(const Parts& parts, const Error& error, const Session& session) noexcept {
  if (error.kind() != Errc::outcome_unknown) return false;
  auto found = parts.sessions.find(session.id, session.created_at);
  return found && found->has_value();
}

Result<LoginOutcome> open_session(const Parts& parts, const SessionPolicy& policy, const RequestContext& context,
                                  const SessionIssuer::Proof& proof) {
  auto made = draft(parts, policy, context, proof);
  if (!made) return made.error();
  audit::Event event = event_of(made->session, context);
  std::string_view refusal;
  auto done = parts.runner.run([&](Transaction& transaction) -> Result<void> {
    auto standing = parts.accounts.lock_standing(transaction, proof.user);
    if (!standing) return standing.error();
    refusal = refusal_of(*standing, proof.epoch);
    return refusal.empty() ? insert(parts, transaction, *made, event) : Result<void>{};
  });
  if (!done && !committed_after_all(parts, done.error(), made->session)) return done.error();
  if (!refusal.empty()) {
    event.outcome = audit::Outcome::refused;
    event.session = SessionId{};
    event.reason = refusal;
    parts.audit.note(event);
    return credentials_invalid(refusal);
  }
  parts.audit.note(event);
  return LoginOutcome(TokenPair{made->session.id, made->session.user, std::move(made->access), std::move(made->refresh),
                                made->row.expires_at});
}

}  // namespace

Result<LoginOutcome> SessionIssuer::start(const RequestContext& context, const Proof& proof) noexcept {
  return no_throw([&] { return open_session(parts_, policy_, context, proof); });
}

}  // namespace watchword::session
