#include "auth_service/password_change.hpp"

namespace watchword::auth {
namespace {

Error current_password_wrong() noexcept {
  return Error(Errc::forbidden, "current_password_wrong", "The current password is wrong.")
      .with_field("current_password");
}

Error changed_meanwhile() noexcept {
  return {Errc::conflict, "password_changed_meanwhile", "The password was changed meanwhile. Sign in again."};
}

}  // namespace

Result<void> PasswordChangeFlow::prepare() {
  auto account = require_active(*parts_, user_);
  if (!account) return refused(*parts_, story(), account.error());
  account_ = std::move(*account);
  std::string_view email = account_.email;
  auto allowed =
      parts_->policy.check(request_.replacement, {account_.username, email, email.substr(0, email.rfind('@'))});
  if (!allowed) return refused(*parts_, story(), at_new_password(allowed.error()));
  if (request_.current.size() > PasswordPolicy::kMaxBytes) return refused(*parts_, story(), current_password_wrong());
  auto credential = parts_->credentials.find(user_);
  if (!credential) return credential.error();
  if (!*credential) return refused(*parts_, story(), account_inactive());
  credential_ = std::move(**credential);
  return {};
}

Result<void> PasswordChangeFlow::hash() {
  auto match = parts_->hasher.verify(request_.current, credential_.password_hash);
  if (!match) return match.error();
  current_is_right_ = *match != PasswordMatch::mismatch;
  if (!current_is_right_) return {};
  auto hash = parts_->hasher.hash(request_.replacement);
  if (!hash) return at_new_password(hash.error());
  hash_ = std::move(*hash);
  return {};
}

Result<void> PasswordChangeFlow::finish() {
  if (!current_is_right_) return refused(*parts_, story(), current_password_wrong());
  const Timestamp now = parts_->clock.now();
  auto committed = commit(*parts_, [&](Transaction& transaction) { return change(transaction, now); });
  if (!committed) return refused(*parts_, story(), committed.error());
  parts_->sessions.announce(*revocation_);
  parts_->audit.note(story().success(now));
  wake_dispatcher(*parts_);
  return {};
}

Result<void> PasswordChangeFlow::change(Transaction& transaction, Timestamp now) {
  revocation_.reset();
  auto standing = parts_->accounts.lock_standing(transaction, user_);
  if (!standing) return standing.error();
  if (!*standing || !(*standing)->is_active) return account_inactive();
  // The hash that was verified must still stand: another system changes it without raising the epoch.
  auto still = parts_->credentials.replace_if(transaction, user_, credential_.password_hash, hash_);
  if (!still) return still.error();
  if (!*still) return changed_meanwhile();
  auto replaced = parts_->credentials.replace(transaction, user_, hash_, now);
  if (!replaced) return replaced.error();
  auto ended = parts_->sessions.end_all(transaction, user_, session_, now);
  if (!ended) return ended.error();
  if (!*replaced || !*ended) return account_inactive();
  revocation_ = **ended;
  auto discarded = parts_->codes.discard(transaction, user_);
  if (!discarded) return discarded;
  auto queued = queue_notice(*parts_, transaction, account_, now);
  if (!queued) return queued;
  return parts_->audit.record(transaction, story().success(now));
}

}  // namespace watchword::auth
