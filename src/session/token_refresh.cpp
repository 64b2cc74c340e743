#include "session/token_refresh.hpp"

#include <algorithm>
#include <utility>

#include "session/minting.hpp"

namespace watchword::session {
namespace {

using Verdict = RefreshDecision::Verdict;

/// A store whose lock() did not keep the row from changing: the runner tries again.
Error changed_meanwhile() noexcept {
  return {Errc::unavailable, "store_serialization", "The token was used at the same moment. Try again."};
}

RefreshDecision refused(std::string_view reason) noexcept {
  RefreshDecision decision;
  decision.reason = reason;
  return decision;
}

/// Why the session may not go on; "" where it may.
std::string_view refusal_of(const std::optional<account::Standing>& standing, const Session& session) noexcept {
  if (!standing) return "unknown_user";
  if (!standing->is_active) return "account_inactive";
  if (standing->epoch != session.epoch) return "epoch_risen";
  return "";
}

}  // namespace

Result<RefreshDecision> TokenRefresh::decide(Transaction& transaction) const {
  const auto& issuing = parts_.issuing;
  auto seen = issuing.refresh_tokens.find(transaction, presented_.digest);
  if (!seen) return seen.error();
  if (!*seen) return refused("unknown");
  if ((*seen)->expires_at <= presented_.now) return refused("expired");
  // Account, session, token: whoever ends sessions locks in this order too, so that nobody waits for each other.
  auto standing = issuing.accounts.lock_standing(transaction, (*seen)->user);
  if (!standing) return standing.error();
  auto session = issuing.sessions.lock(transaction, (*seen)->session, presented_.now);
  if (!session) return session.error();
  if (!*session || (*session)->user != (*seen)->user) return refused("session_ended");
  auto row = issuing.refresh_tokens.lock(transaction, presented_.digest);
  if (!row) return row.error();
  if (!*row) return refused("session_ended");
  Found found{**std::move(row), **std::move(session)};
  auto refusal = refusal_of(*standing, found.session);
  if (!refusal.empty()) return about(found, refusal);
  switch (found.row.state) {
    case RefreshState::live:
      return first_use(transaction, found);
    case RefreshState::spent:
      return use_of_spent(transaction, found);
    case RefreshState::superseded:
      break;
  }
  return reuse(transaction, found, "superseded");
}

Result<RefreshDecision> TokenRefresh::first_use(Transaction& transaction, const Found& found) const {
  auto& tokens = parts_.issuing.refresh_tokens;
  if (policy_.rotation == Rotation::never) {
    auto same = OpaqueToken::parse(kRefreshPrefix, presented_.token.reveal());
    if (!same) return same.error();
    return grant(found, *std::move(same), found.row.expires_at);
  }
  auto limit = hourly_limit(transaction, found);
  if (!limit) return limit.error();
  if (*limit) return **std::move(limit);
  Derivation derivation;
  auto fresh = successor(found, derivation);
  if (!fresh) return fresh.error();
  auto spent = tokens.spend(transaction, presented_.digest, derivation);
  if (!spent) return spent.error();
  if (!*spent) return changed_meanwhile();
  auto erased = tokens.erase_nonce_before(transaction, presented_.digest);
  if (!erased) return erased.error();
  auto inserted = insert_successor(transaction, found, derivation);
  if (!inserted) return inserted.error();
  return grant(found, *std::move(fresh), successor_expiry(found.session));
}

/// Counts a rotation. Nothing while there are not too many in this hour.
Result<std::optional<RefreshDecision>> TokenRefresh::hourly_limit(Transaction& transaction, const Found& found) const {
  auto counted =
      parts_.issuing.sessions.count_rotation(transaction, found.session.id, policy_.rotations_per_hour, presented_.now);
  if (!counted) return counted.error();
  if (*counted) return std::optional<RefreshDecision>();
  RefreshDecision decision = about(found, "too_often");
  decision.verdict = Verdict::too_often;
  return std::optional<RefreshDecision>(std::move(decision));
}

Result<RefreshDecision> TokenRefresh::use_of_spent(Transaction& transaction, const Found& found) const {
  if (found.row.nonce_erased || !found.row.derivation) return reuse(transaction, found, "successor_presented");
  return within_window(found.row) ? repeat(transaction, found) : replace_lost(transaction, found);
}

Result<RefreshDecision> TokenRefresh::repeat(Transaction& transaction, const Found& found) const {
  const Derivation& derivation = *found.row.derivation;
  auto same = keys_.derive(derivation.key_id, found.row, derivation.nonce, presented_.token);
  if (!same) return same.error();
  // Without the key that derived nobody can say what the successor was; that is an operator's doing, not a thief's.
  if (!*same || (*same)->digest() != derivation.successor) return about(found, "key_missing");
  auto row = parts_.issuing.refresh_tokens.lock(transaction, derivation.successor);
  if (!row) return row.error();
  bool usable = *row && (*row)->state == RefreshState::live && (*row)->expires_at > presented_.now;
  if (!usable) return about(found, "successor_gone");
  return grant(found, **std::move(same), (*row)->expires_at);
}

Result<RefreshDecision> TokenRefresh::replace_lost(Transaction& transaction, const Found& found) const {
  auto& tokens = parts_.issuing.refresh_tokens;
  auto limit = hourly_limit(transaction, found);
  if (!limit) return limit.error();
  if (*limit) return **std::move(limit);
  Derivation derivation;
  auto fresh = successor(found, derivation);
  if (!fresh) return fresh.error();
  auto superseded = tokens.supersede(transaction, found.row.derivation->successor, presented_.now);
  if (!superseded) return superseded.error();
  auto redrawn = tokens.redraw(transaction, presented_.digest, derivation);
  if (!redrawn) return redrawn.error();
  auto gone = *superseded ? Result<bool>(true) : is_gone(transaction, found.row.derivation->successor);
  if (!gone) return gone.error();
  if (!*gone || !*redrawn) return changed_meanwhile();
  auto inserted = insert_successor(transaction, found, derivation);
  if (!inserted) return inserted.error();
  return grant(found, *std::move(fresh), successor_expiry(found.session));
}

Result<RefreshDecision> TokenRefresh::reuse(Transaction& transaction, const Found& found, std::string_view how) const {
  RefreshDecision decision = about(found, how);
  if (within_window(found.row)) return decision;
  decision.verdict = Verdict::stolen;
  auto ended = parts_.issuing.sessions.end(transaction, found.session.user, found.session.id);
  if (!ended) return ended.error();
  auto recorded = parts_.revocations.record(transaction, revocation(found.session.id));
  if (!recorded) return recorded.error();
  auto audited = parts_.issuing.audit.record(transaction, event(decision));
  if (!audited) return audited.error();
  return decision;
}

/// A successor that was given a shorter life than its predecessor, by another configuration, may have been purged.
Result<bool> TokenRefresh::is_gone(Transaction& transaction, const TokenDigest& digest) const noexcept {
  auto row = parts_.issuing.refresh_tokens.lock(transaction, digest);
  if (!row) return row.error();
  return !row->has_value();
}

Result<OpaqueToken> TokenRefresh::successor(const Found& found, Derivation& derivation) const {
  derivation.nonce = presented_.nonce;
  derivation.key_id = keys_.current();
  derivation.drawn_at = presented_.now;
  auto token = keys_.derive(derivation.key_id, found.row, derivation.nonce, presented_.token);
  if (!token) return token.error();
  derivation.successor = (*token)->digest();
  return **std::move(token);
}

Result<void> TokenRefresh::insert_successor(Transaction& transaction, const Found& found,
                                            const Derivation& derivation) const {
  RefreshToken row;
  row.digest = derivation.successor;
  row.session = found.session.id;
  row.user = found.session.user;
  row.generation = found.row.generation + 1;
  row.expires_at = successor_expiry(found.session);
  row.changed_at = presented_.now;
  return parts_.issuing.refresh_tokens.insert(transaction, row);
}

Result<RefreshDecision> TokenRefresh::grant(const Found& found, OpaqueToken refresh, Timestamp expires_at) const {
  // Signed before the commit: where it fails, nothing has been spent.
  auto access = mint_access_token(parts_.issuing, found.session, presented_.extra, presented_.now);
  if (!access) return access.error();
  RefreshDecision decision = about(found, "");
  decision.verdict = Verdict::granted;
  decision.refresh = std::move(refresh);
  decision.refresh_expires_at = expires_at;
  decision.access = *std::move(access);
  return decision;
}

RefreshDecision TokenRefresh::about(const Found& found, std::string_view reason) const noexcept {
  RefreshDecision decision = refused(reason);
  decision.user = found.session.user;
  decision.session = found.session.id;
  return decision;
}

bool TokenRefresh::within_window(const RefreshToken& row) const noexcept {
  Timestamp since = row.derivation ? (std::max)(row.changed_at, row.derivation->drawn_at) : row.changed_at;
  // A moment far ahead is what a clock that was set back has left: no retry is from the future.
  return presented_.now < since + policy_.retry_window && since <= presented_.now + policy_.retry_window;
}

Timestamp TokenRefresh::successor_expiry(const Session& session) const noexcept {
  return (std::min)(presented_.now + policy_.refresh_lifetime, session.expires_at);
}

Revocation TokenRefresh::revocation(SessionId session) const noexcept {
  Revocation revocation;
  revocation.kind = Revocation::Kind::session;
  revocation.session = session;
  revocation.expires_at = policy_.revocation_expiry(presented_.now);
  return revocation;
}

audit::Event TokenRefresh::event(const RefreshDecision& decision) const noexcept {
  audit::Event event;
  event.name = decision.verdict == Verdict::stolen ? "session.theft" : "session.refreshed";
  event.outcome = decision.verdict == Verdict::granted ? audit::Outcome::success : audit::Outcome::refused;
  event.at = presented_.now;
  event.user = decision.user;
  event.session = decision.session;
  event.context = &presented_.context;
  event.reason = decision.reason;
  return event;
}

}  // namespace watchword::session
