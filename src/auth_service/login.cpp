#include "auth_service/login.hpp"

namespace watchword::auth {
namespace {

const char* why_not(const std::optional<account::Account>& account,
                    const std::optional<account::Credential>& credential) noexcept {
  if (!account) return "unknown_user";
  if (!account->is_active) return "inactive_user";
  if (!credential || credential->password_hash == "!") return "no_password";
  return "";
}

}  // namespace

Result<void> LoginFlow::prepare() {
  if (request_.password.size() > PasswordPolicy::kMaxBytes ||
      request_.username_or_email.size() > account::LoginName::kMaxTyped) {
    return refuse(credentials_invalid("over_long"));
  }
  auto name = account::LoginName::parse(request_.username_or_email);
  if (name) return look_up(*name);
  if (name.error().kind() != Errc::unauthenticated) return name.error();
  refusal_ = "malformed_name";
  return {};
}

Result<void> LoginFlow::look_up(const account::LoginName& name) {
  auto found = parts_->accounts.find_by_login(name);
  if (!found) return found.error();
  auto credential = parts_->credentials.find(*found ? (*found)->id : UserId());
  if (!credential) return credential.error();
  refusal_ = why_not(*found, *credential);
  account_ = std::move(*found);
  if (*refusal_ == 0) credential_ = std::move(**credential);
  return {};
}

Result<void> LoginFlow::hash() {
  began_ = steady_clock().now();
  if (*refusal_ != 0) return parts_->hasher.verify_nothing(request_.password);
  auto match = parts_->hasher.verify(request_.password, credential_.password_hash);
  if (!parts_->hasher.costs_as_usual(credential_.password_hash)) pace_->observe(steady_clock().now() - began_);
  if (!match) return match.error();
  if (*match == PasswordMatch::mismatch) refusal_ = "wrong_password";
  if (*match != PasswordMatch::match_needs_rehash) return {};
  auto fresh = parts_->hasher.hash(request_.password);
  if (fresh) rehash_ = std::move(*fresh);
  return {};
}

Result<session::LoginOutcome> LoginFlow::finish() {
  if (*refusal_ != 0) return refuse_credentials(refusal_);
  auto wanted = ask_hooks(*parts_, [&](Hooks& hooks) { return hooks.before_login(context_, *account_); });
  if (!wanted) return refuse(wanted.error());
  if (!rehash_.empty()) save_rehash();
  auto outcome = start();
  if (!outcome && outcome.error().code() == "credentials_invalid") return refuse_credentials("changed_meanwhile");
  if (!outcome) return refuse(outcome.error());
  tell_hooks(*parts_, [&](Hooks& hooks) { hooks.after_login(context_, *account_); });
  return outcome;
}

void LoginFlow::save_rehash() noexcept {
  auto saved = contained([&] {
    return commit(*parts_, [&](Transaction& transaction) -> Result<void> {
      auto replaced = parts_->credentials.replace_if(transaction, account_->id, credential_.password_hash, rehash_);
      if (!replaced) return replaced.error();
      return {};
    });
  });
  if (!saved) parts_->log.write(Severity::warning, "rehash_not_saved", "A password's newer hash was not saved.");
}

Result<session::LoginOutcome> LoginFlow::start() {
  const Timestamp now = parts_->clock.now();
  auto outcome =
      parts_->issuer.start(context_, {account_->id, credential_.epoch, Assurance{Assurance::password, now, 1}});
  if (!outcome) return outcome;
  const auto* pair = outcome->tokens();
  parts_->audit.note(Story{"login", context_, account_->id, pair ? pair->session : SessionId()}.success(now));
  return outcome;
}

Error LoginFlow::refuse_credentials(const char* reason) noexcept {
  refused_ = true;
  return refuse(credentials_invalid(reason));
}

Error LoginFlow::refuse(const Error& error) const noexcept {
  return refused(*parts_, {"login", context_, account_ ? account_->id : UserId(), {}}, error);
}

}  // namespace watchword::auth
