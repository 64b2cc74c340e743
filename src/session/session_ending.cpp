#include "session/session_ending.hpp"

namespace watchword::session {
namespace {

audit::Event event_at(Timestamp now, std::string_view name, const RequestContext& context, UserId user) noexcept {
  audit::Event event;
  event.name = name;
  event.at = now;
  event.user = user;
  event.context = &context;
  return event;
}

}  // namespace

Result<void> SessionEnding::end(const RequestContext& context, UserId user, SessionId session) const noexcept {
  Timestamp now = parts_.issuing.clock.now();
  Revocation revocation = revocation_at(now, Revocation::Kind::session);
  revocation.session = session;
  audit::Event event = event_at(now, "session.ended", context, user);
  event.session = session;
  bool found = false;
  auto done = parts_.issuing.runner.run([&](Transaction& transaction) -> Result<void> {
    auto ended = end_one(transaction, user, revocation, event);
    if (!ended) return ended.error();
    found = *ended;
    return {};
  });
  if (!done) return done;
  if (!found) return Error(Errc::not_found, "session_unknown", "There is no such session.");
  conclude(revocation, event);
  return {};
}

/// The token is proof enough: where the session's row is gone, since it expired or a backup came back, the token itself
/// goes on until it is revoked.
Result<void> SessionEnding::end(const RequestContext& context, const Principal& principal) const noexcept {
  Timestamp now = parts_.issuing.clock.now();
  Revocation revocation = revocation_at(now, Revocation::Kind::session);
  revocation.session = principal.session();
  audit::Event event = event_at(now, "session.ended", context, principal.user());
  event.session = principal.session();
  auto done = parts_.issuing.runner.run([&](Transaction& transaction) -> Result<void> {
    auto ended = parts_.issuing.sessions.end(transaction, principal.user(), principal.session());
    if (!ended) return ended.error();
    return write(transaction, revocation, event);
  });
  if (done) conclude(revocation, event);
  return done;
}

Result<void> SessionEnding::end_by_refresh_token(const RequestContext& context,
                                                 const OpaqueToken& presented) const noexcept {
  Timestamp now = parts_.issuing.clock.now();
  TokenDigest digest = presented.digest();
  Revocation revocation = revocation_at(now, Revocation::Kind::session);
  audit::Event event = event_at(now, "session.ended", context, UserId{});
  bool found = false;
  auto done = parts_.issuing.runner.run([&](Transaction& transaction) -> Result<void> {
    found = false;
    auto row = parts_.issuing.refresh_tokens.find(transaction, digest);
    if (!row) return row.error();
    if (!*row) return {};
    auto session = parts_.issuing.sessions.lock(transaction, (*row)->session, now);
    if (!session) return session.error();
    if (!*session) return {};
    event.user = (*session)->user;
    event.session = (*session)->id;
    revocation.session = event.session;
    auto ended = end_one(transaction, event.user, revocation, event);
    if (!ended) return ended.error();
    found = *ended;
    return {};
  });
  if (done && found) conclude(revocation, event);
  return done;
}

Result<void> SessionEnding::end_all(const RequestContext& context, UserId user) const noexcept {
  Timestamp now = parts_.issuing.clock.now();
  audit::Event event = event_at(now, "session.all_ended", context, user);
  std::optional<Revocation> revocation;
  auto done = parts_.issuing.runner.run([&](Transaction& transaction) -> Result<void> {
    auto ended = end_all(transaction, user, std::nullopt, now);
    if (!ended) return ended.error();
    revocation = *ended;
    return revocation ? parts_.issuing.audit.record(transaction, event) : Result<void>{};
  });
  if (!done) return done;
  if (!revocation) return Error(Errc::not_found, "account_unknown", "There is no such account.");
  conclude(*revocation, event);
  return {};
}

Result<std::optional<Revocation>> SessionEnding::end_all(Transaction& transaction, UserId user,
                                                         std::optional<SessionId> except,
                                                         Timestamp now) const noexcept {
  // To the stores below nobody stands for everybody.
  if (user == UserId{}) return std::optional<Revocation>{};
  auto epoch = parts_.issuing.accounts.advance_epoch(transaction, user, now);
  if (!epoch) return epoch.error();
  if (!*epoch) return std::optional<Revocation>{};
  Revocation revocation = revocation_at(now, Revocation::Kind::user);
  revocation.user = user;
  revocation.min_epoch = **epoch;
  if (except) {
    // Only a session that is there and is the user's can be kept; otherwise nothing is exempt.
    auto owned = owns(transaction, user, *except, now);
    if (!owned) return owned.error();
    if (*owned) revocation.session = except;
  }
  auto ended = parts_.issuing.sessions.end_all(transaction, user, revocation.session);
  if (!ended) return ended.error();
  if (revocation.session) {
    auto kept = parts_.issuing.sessions.keep(transaction, *revocation.session, **epoch);
    if (!kept) return kept.error();
  }
  auto recorded = parts_.revocations.record(transaction, revocation);
  if (!recorded) return recorded.error();
  return std::optional<Revocation>(revocation);
}

Result<void> SessionEnding::end_everybody(const RequestContext& context) const noexcept {
  Timestamp now = parts_.issuing.clock.now();
  audit::Event event = event_at(now, "session.everybody_ended", context, UserId{});
  Revocation revocation = revocation_at(now, Revocation::Kind::everybody);
  // Tokens tell their time in whole seconds: one of this very moment must not count as later.
  revocation.min_epoch = now.milliseconds() + 1;
  auto done = parts_.issuing.runner.run([&](Transaction& transaction) -> Result<void> {
    // First of all: it waits for the logins in flight, whose sessions could not be seen before their commits.
    auto raised = parts_.issuing.accounts.advance_epoch(transaction, UserId{}, now);
    if (!raised) return raised.error();
    auto ended = parts_.issuing.sessions.end_all(transaction, UserId{}, std::nullopt);
    if (!ended) return ended.error();
    return write(transaction, revocation, event);
  });
  if (done) conclude(revocation, event);
  return done;
}

void SessionEnding::announce(const Revocation& revocation) const noexcept {
  // Where memory is short the feed brings it with its next poll: the truth is in the store already.
  auto added = parts_.index.add(revocation);
  static_cast<void>(added);
  if (parts_.signal != nullptr) parts_.signal->send();
}

Result<bool> SessionEnding::end_one(Transaction& transaction, UserId user, const Revocation& revocation,
                                    const audit::Event& event) const noexcept {
  auto ended = parts_.issuing.sessions.end(transaction, user, *revocation.session);
  if (!ended || !*ended) return ended;
  auto written = write(transaction, revocation, event);
  if (!written) return written.error();
  return true;
}

Result<void> SessionEnding::write(Transaction& transaction, const Revocation& revocation,
                                  const audit::Event& event) const noexcept {
  auto recorded = parts_.revocations.record(transaction, revocation);
  return recorded ? parts_.issuing.audit.record(transaction, event) : recorded;
}

Result<bool> SessionEnding::owns(Transaction& transaction, UserId user, SessionId session,
                                 Timestamp now) const noexcept {
  auto found = parts_.issuing.sessions.lock(transaction, session, now);
  if (!found) return found.error();
  return *found && (*found)->user == user;
}

Revocation SessionEnding::revocation_at(Timestamp now, Revocation::Kind kind) const noexcept {
  Revocation revocation;
  revocation.kind = kind;
  revocation.expires_at = policy_.revocation_expiry(now);
  return revocation;
}

void SessionEnding::conclude(const Revocation& revocation, const audit::Event& event) const noexcept {
  announce(revocation);
  parts_.issuing.audit.note(event);
}

}  // namespace watchword::session
