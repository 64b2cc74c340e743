#include "auth_service/parts.hpp"

namespace watchword::auth {
namespace {

constexpr Lifetime kNoticeLifetime = Lifetime::days(3);
thread_local int hooks_in_transaction = 0;

}  // namespace

Error credentials_invalid(std::string_view reason) noexcept {
  return Error(Errc::unauthenticated, "credentials_invalid", "The name or the password is wrong.").with_reason(reason);
}

Error account_inactive() noexcept {
  return {Errc::unauthenticated, "account_inactive", "This account cannot be used. Sign in again."};
}

Error account_unknown() noexcept { return {Errc::not_found, "account_unknown", "There is no such account."}; }

Error taken(account::Taken name) noexcept {
  if (name == account::Taken::email) {
    return Error(Errc::conflict, "email_taken", "Another account has this address.").with_field("email");
  }
  return Error(Errc::conflict, "username_taken", "Another account has this user name.").with_field("username");
}

Error hook_failed() noexcept { return {Errc::internal, "hook_failed", "The server met a defect."}; }

Error reentered() noexcept {
  return Error(Errc::internal, "hook_failed", "The server met a defect.")
      .with_reason("an operation was called from a hook inside a transaction");
}

Error at_new_password(const Error& error) noexcept {
  return error.kind() == Errc::invalid_input ? Error(error).with_field("new_password") : error;
}

Result<account::Account> require_active(const AuthParts& parts, UserId user) {
  auto found = parts.accounts.find(user);
  if (!found) return found.error();
  if (!*found || !(*found)->is_active) return account_inactive();
  return std::move(**found);
}

InTransactionHook::InTransactionHook() noexcept { ++hooks_in_transaction; }
InTransactionHook::~InTransactionHook() { --hooks_in_transaction; }
bool InTransactionHook::on_this_thread() noexcept { return hooks_in_transaction > 0; }

Error refused(const AuthParts& parts, const Story& story, const Error& error) noexcept {
  parts.audit.note(story.refusal(parts.clock.now(), error.reason().empty() ? error.code() : error.reason()));
  return error;
}

Result<void> queue_notice(const AuthParts& parts, Transaction& transaction, const account::Account& account,
                          Timestamp now) {
  auto id = RecordId::generate(parts.rng);
  if (!id) return id.error();
  return parts.outbox.enqueue(
      transaction, {*id, "password_changed", account.id, account.email, RecordId(), now, now + kNoticeLifetime});
}

void wake_dispatcher(const AuthParts& parts) noexcept {
  if (parts.dispatcher != nullptr) parts.dispatcher->wake();
}

}  // namespace watchword::auth
