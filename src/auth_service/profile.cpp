#include "auth_service/profile.hpp"

namespace watchword::auth {
namespace {

Result<account::ProfileChange> parse(const ProfileUpdate& update) {
  account::ProfileChange change;
  if (update.email) {
    auto email = account::EmailAddress::parse(*update.email);
    if (!email) return email.error();
    change.email = std::move(*email);
  }
  if (update.username) {
    auto username = account::UserName::parse(*update.username);
    if (!username) return username.error();
    change.username = std::move(*username);
  }
  return change;
}

/// What another system has added is taken note of before the transaction, lest that take long.
Result<void> catch_up(const AuthParts& parts, const account::ProfileChange& change, const account::Account& account) {
  auto address = change.email ? *change.email : account::EmailAddress::parse(account.email);
  // Another system's account need not have an address of ours; the change of names then does all itself.
  if (!address) return {};
  auto found = parts.accounts.find_by_email(*address);
  if (!found) return found.error();
  return {};
}

/// Changes the names; open codes were mailed to the old address and go with it.
Result<account::Account> rename(const AuthParts& parts, Transaction& transaction, const Story& story,
                                const account::ProfileChange& change) {
  const Timestamp now = parts.clock.now();
  auto renamed = parts.accounts.rename(transaction, story.user, change, now);
  if (!renamed) return renamed.error();
  auto standing = parts.accounts.lock_standing(transaction, story.user);
  if (!standing) return standing.error();
  if (!*standing || !(*standing)->is_active) return account_inactive();
  if (renamed->taken) return taken(*renamed->taken);
  if (!renamed->account) return account_inactive();
  if (change.email) {
    auto discarded = parts.codes.discard(transaction, story.user);
    if (!discarded) return discarded.error();
  }
  auto recorded = parts.audit.record(transaction, story.success(now));
  if (!recorded) return recorded.error();
  return std::move(*renamed->account);
}

}  // namespace

Result<account::Account> update_profile(const AuthParts& parts, const RequestContext& context,
                                        const session::Principal& principal, const ProfileUpdate& update) {
  const Story story{"profile.updated", context, principal.user(), principal.session()};
  auto change = parse(update);
  if (!change) return refused(parts, story, change.error());
  // Whoever had the user's id before another system gave it again is not let in here: see AccountStore::find().
  auto before = require_active(parts, principal.user());
  if (!change->email && !change->username) return before;
  if (!before) return refused(parts, story, before.error());
  if (auto ready = catch_up(parts, *change, *before); !ready) return ready.error();
  account::Account account;
  auto committed = commit(parts, [&](Transaction& transaction) -> Result<void> {
    auto renamed = rename(parts, transaction, story, *change);
    if (!renamed) return renamed.error();
    account = std::move(*renamed);
    return {};
  });
  if (!committed) return refused(parts, story, committed.error());
  parts.audit.note(story.success(parts.clock.now()));
  return account;
}

Result<void> activate(const AuthParts& parts, const RequestContext& context, UserId user) {
  const Story story{"account.activated", context, user, {}};
  const Timestamp now = parts.clock.now();
  auto committed = commit(parts, [&](Transaction& transaction) -> Result<void> {
    auto set = parts.accounts.set_active(transaction, user, true, now);
    if (!set) return set.error();
    if (!*set) return account_unknown();
    return parts.audit.record(transaction, story.success(now));
  });
  if (!committed) return refused(parts, story, committed.error());
  parts.audit.note(story.success(now));
  return {};
}

Result<void> deactivate(const AuthParts& parts, const RequestContext& context, UserId user) {
  const Story story{"account.deactivated", context, user, {}};
  const Timestamp now = parts.clock.now();
  std::optional<session::Revocation> revocation;
  auto committed = commit(parts, [&](Transaction& transaction) -> Result<void> {
    revocation.reset();
    auto set = parts.accounts.set_active(transaction, user, false, now);
    if (!set) return set.error();
    if (!*set) return account_unknown();
    auto ended = parts.sessions.end_all(transaction, user, std::nullopt, now);
    if (!ended) return ended.error();
    if (!*ended) return account_unknown();
    revocation = **ended;
    auto discarded = parts.codes.discard(transaction, user);
    if (!discarded) return discarded;
    return parts.audit.record(transaction, story.success(now));
  });
  if (!committed) return refused(parts, story, committed.error());
  parts.sessions.announce(*revocation);
  parts.audit.note(story.success(now));
  return {};
}

}  // namespace watchword::auth
