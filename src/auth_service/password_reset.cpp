#include "auth_service/password_reset.hpp"

namespace watchword::auth {
namespace {

Error code_invalid(std::string_view reason) noexcept {
  return Error(Errc::invalid_input, "code_invalid", "The code is wrong, used or has expired. Ask for a new one.")
      .with_field("code")
      .with_reason(reason);
}

}  // namespace

Result<void> PasswordResetFlow::prepare() {
  auto account = parts_->recovery.find(request_.code);
  if (!account) return refused(*parts_, {"password.reset", context_, {}, {}}, account.error());
  const Story story{"password.reset", context_, account->id, {}};
  auto matches = check_email(*account);
  if (!matches) return refused(*parts_, story, matches.error());
  std::string_view email = account->email;
  auto allowed =
      parts_->policy.check(request_.replacement, {account->username, email, email.substr(0, email.rfind('@'))});
  if (!allowed) return refused(*parts_, story, at_new_password(allowed.error()));
  return {};
}

Result<void> PasswordResetFlow::check_email(const account::Account& account) {
  if (!request_.email) return {};
  auto email = account::EmailAddress::parse(*request_.email);
  if (!email) return email.error();
  email_ = std::move(*email);
  auto key = account::key_of_stored_email(account.email);
  if (!key || *key != email_->key()) return code_invalid("other_address");
  return {};
}

Result<void> PasswordResetFlow::hash() {
  auto hash = parts_->hasher.hash(request_.replacement);
  if (!hash) return at_new_password(hash.error());
  hash_ = std::move(*hash);
  return {};
}

Result<void> PasswordResetFlow::finish() {
  auto reset = parts_->recovery.reset(context_, {request_.code, email_ ? &*email_ : nullptr, hash_});
  if (!reset) return reset;
  wake_dispatcher(*parts_);
  return {};
}

}  // namespace watchword::auth
