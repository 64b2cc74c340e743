#include "auth_service/registration.hpp"

namespace watchword::auth {

Result<void> RegistrationFlow::prepare() {
  auto valid = validate();
  if (!valid) return refuse(valid.error());
  auto wanted = ask_hooks(*parts_, [&](Hooks& hooks) {
    return hooks.before_registration(context_, email_->stored(), username_->stored());
  });
  if (!wanted) return refuse(wanted.error());
  auto free = check_free();
  if (!free) return refuse(free.error());
  return {};
}

Result<void> RegistrationFlow::validate() {
  auto email = account::EmailAddress::parse(request_.email);
  if (!email) return email.error();
  auto username = account::UserName::parse(request_.username);
  if (!username) return username.error();
  email_ = std::move(*email);
  username_ = std::move(*username);
  const std::string& address = email_->stored();
  return parts_->policy.check(request_.password,
                              {username_->stored(), address, std::string_view(address).substr(0, address.rfind('@'))});
}

/// Saves a hash where the answer is plain already; the insert is what decides.
Result<void> RegistrationFlow::check_free() const {
  auto same_email = parts_->accounts.find_by_email(*email_);
  if (!same_email) return same_email.error();
  if (*same_email) return taken(account::Taken::email);
  auto name = account::LoginName::parse(username_->stored());
  if (!name) return {};
  auto same_name = parts_->accounts.find_by_login(*name);
  if (!same_name) return same_name.error();
  if (*same_name) return taken(account::Taken::username);
  return {};
}

Result<void> RegistrationFlow::hash() {
  auto hash = parts_->hasher.hash(request_.password);
  if (!hash) return hash.error();
  hash_ = std::move(*hash);
  return {};
}

Result<account::Account> RegistrationFlow::finish() {
  const Timestamp now = parts_->clock.now();
  auto committed = commit(*parts_, [&](Transaction& transaction) { return insert(transaction, now); });
  if (!committed) return refuse(committed.error());
  parts_->audit.note(Story{"registration", context_, made_->id, {}}.success(now));
  tell_hooks(*parts_, [&](Hooks& hooks) { hooks.after_registration(context_, *made_); });
  return std::move(*made_);
}

Result<void> RegistrationFlow::insert(Transaction& transaction, Timestamp now) {
  made_.reset();
  auto inserted = parts_->accounts.insert(transaction, {*email_, *username_, hash_}, now);
  if (!inserted) return inserted.error();
  if (!inserted->account) return taken(inserted->taken.value_or(account::Taken::email));
  made_ = std::move(*inserted->account);
  auto joined = ask_hooks(*parts_, [&](Hooks& hooks) {
    InTransactionHook mark;
    return hooks.in_registration(transaction, *made_);
  });
  if (!joined) return joined;
  return parts_->audit.record(transaction, Story{"registration", context_, made_->id, {}}.success(now));
}

Error RegistrationFlow::refuse(const Error& error) const noexcept {
  return refused(*parts_, {"registration", context_, {}, {}}, error);
}

}  // namespace watchword::auth
