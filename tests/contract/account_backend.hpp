#pragma once

#include <watchword/account/account_store.hpp>

#include "contract/support.hpp"

/// What the contracts of the account ports share.
namespace watchword::contract {

using account::Account;
using account::AccountStore;
using account::EmailAddress;
using account::LoginName;
using account::NewAccount;
using account::ProfileChange;
using account::Standing;
using account::Taken;
using account::UserName;

inline NewAccount new_account(const std::string& email, const std::string& username) {
  return {EmailAddress::parse(email).value(), UserName::parse(username).value(), "!"};
}

template <class Backend>
AccountStore::Inserted insert_account(Backend& backend, const NewAccount& account, Timestamp now = kNow) {
  return commit(backend.runner(), [&](Transaction& t) { return backend.accounts().insert(t, account, now); });
}

/// An account that must be free to take.
template <class Backend>
Account added(Backend& backend, const std::string& email, const std::string& username, Timestamp now = kNow) {
  auto inserted = insert_account(backend, new_account(email, username), now);
  REQUIRE(inserted.account);
  return *inserted.account;
}

/// Which name is taken, as text: "email", "username" or "" for neither.
inline std::string taken_in(const AccountStore::Inserted& inserted) {
  if (!inserted.taken) return "";
  return *inserted.taken == Taken::email ? "email" : "username";
}

/// Whose the login name is; 0 is nobody's.
template <class Backend>
std::int64_t login(Backend& backend, const std::string& typed) {
  auto name = LoginName::parse(typed);
  REQUIRE(name);
  auto found = backend.accounts().find_by_login(*name);
  REQUIRE(found);
  return *found ? (*found)->id.value() : 0;
}

template <class Backend>
std::int64_t mailbox(Backend& backend, const std::string& typed) {
  auto found = backend.accounts().find_by_email(EmailAddress::parse(typed).value());
  REQUIRE(found);
  return *found ? (*found)->id.value() : 0;
}

template <class Backend>
AccountStore::Inserted rename(Backend& backend, UserId user, const ProfileChange& change, Timestamp now = kNow) {
  return commit(backend.runner(), [&](Transaction& t) { return backend.accounts().rename(t, user, change, now); });
}

inline ProfileChange email_change(const std::string& email) { return {EmailAddress::parse(email).value(), {}}; }
inline ProfileChange username_change(const std::string& name) { return {{}, UserName::parse(name).value()}; }

template <class Backend>
std::optional<Standing> standing_of(Backend& backend, UserId user) {
  return commit(backend.runner(), [&](Transaction& t) { return backend.accounts().lock_standing(t, user); });
}

template <class Backend>
std::optional<std::int64_t> advance_epoch(Backend& backend, UserId user, Timestamp now) {
  return commit(backend.runner(), [&](Transaction& t) { return backend.accounts().advance_epoch(t, user, now); });
}

template <class Backend>
bool set_active(Backend& backend, UserId user, bool active, Timestamp now = kNow) {
  return commit(backend.runner(), [&](Transaction& t) { return backend.accounts().set_active(t, user, active, now); });
}

}  // namespace watchword::contract
