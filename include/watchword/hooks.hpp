#pragma once

#include <watchword/account/account.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/request_context.hpp>
#include <watchword/base/result.hpp>
#include <watchword/storage/transaction.hpp>

namespace watchword {

/// Port: where the host takes part in registration and login. Override what you need. Called from any thread; what a
/// hook throws counts as a veto with `hook_failed` (internal). Hooks must not call the AuthService from inside a
/// transaction.
class WATCHWORD_EXPORT Hooks {
 public:
  virtual ~Hooks();

  /// Before the password is hashed; an error ends the registration and is its answer.
  virtual Result<void> before_registration(const RequestContext& context, const std::string& email,
                                           const std::string& username);
  /// In the transaction that makes the account: rows of the host's own commit with it. May be called more than once.
  virtual Result<void> in_registration(Transaction& transaction, const account::Account& account);
  /// After the commit.
  virtual void after_registration(const RequestContext& context, const account::Account& account);

  /// After the password was found right, before a session is made; an error ends the login and is its answer.
  virtual Result<void> before_login(const RequestContext& context, const account::Account& account);
  /// After the session's commit.
  virtual void after_login(const RequestContext& context, const account::Account& account);

 protected:
  Hooks() = default;
  Hooks(const Hooks&) = delete;
  Hooks& operator=(const Hooks&) = delete;
};

}  // namespace watchword
