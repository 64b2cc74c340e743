#pragma once

#include <optional>
#include <string>
#include <vector>

#include <watchword/account/account.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/function.hpp>
#include <watchword/base/request_context.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/secret.hpp>
#include <watchword/session/login_outcome.hpp>
#include <watchword/session/principal.hpp>
#include <watchword/session/session_store.hpp>

namespace watchword {

struct Registration final {
  std::string email;
  std::string username;
  Password password;
};

struct LoginRequest final {
  std::string username_or_email;
  Password password;
};

/// Absent fields stay as they are.
struct ProfileUpdate final {
  std::optional<std::string> email;
  std::optional<std::string> username;
};

struct PasswordChange final {
  Password current;
  Password replacement;
};

struct PasswordReset final {
  std::string code;
  Password replacement;
  std::optional<std::string> email;  ///< where given, it must be the account's
};

/// The operations of an account's life: what a server calls. No port: the library alone derives from it
/// (make_auth_service), so that operations can be added. Safe to use from any thread.
///
/// The operations that hash a password exist in two forms: one that returns the result and blocks the calling thread
/// while a hash waits and runs, and one that takes a completion, returns at once and calls it exactly once, on the
/// calling thread or another. Blocking SQL of the second form runs on the library's executor. A completion must not
/// throw.
///
/// Every operation can also fail with the stores' errors (`store_unavailable` and its kin), `overloaded`
/// (too many hashes waiting; nothing was done), `executor_full`, `rng_failed` and `out_of_memory`.
class WATCHWORD_EXPORT AuthService {
 public:
  template <class T>
  using Completion = Function<void(Result<T>)>;

  virtual ~AuthService();

  /// Makes an active account. Does not sign in. Errors: those of EmailAddress, UserName and PasswordPolicy
  /// (invalid_input, with the field); `email_taken`, `username_taken` (conflict, with the field); a hook's veto.
  virtual Result<account::Account> register_account(const RequestContext& context, Registration request) noexcept = 0;
  virtual void register_account(const RequestContext& context, Registration request,
                                Completion<account::Account> done) noexcept = 0;

  /// Signs in by user name or address. A hash of an older kind or cost is replaced on the way. Error:
  /// `credentials_invalid` (unauthenticated) alike, after the same work, for an unknown name, an inactive account, one
  /// without password and a wrong password; a hook's veto.
  virtual Result<session::LoginOutcome> login(const RequestContext& context, LoginRequest request) noexcept = 0;
  virtual void login(const RequestContext& context, LoginRequest request,
                     Completion<session::LoginOutcome> done) noexcept = 0;

  /// Exchanges a refresh token, as SessionService::refresh says. Errors: `refresh_invalid` (unauthenticated),
  /// `refresh_too_often` (rate_limited).
  virtual Result<session::TokenPair> refresh(const RequestContext& context,
                                             std::string_view refresh_token) noexcept = 0;

  /// Ends the principal's session and its tokens, at once, also where the session has expired. Ending it again
  /// succeeds.
  virtual Result<void> logout(const RequestContext& context, const session::Principal& principal) noexcept = 0;
  /// Ends the session of a refresh token, for clients whose access token has expired. Succeeds for unknown ones.
  virtual Result<void> logout(const RequestContext& context, std::string_view refresh_token) noexcept = 0;
  /// Ends all sessions of the principal's user.
  virtual Result<void> logout_all(const RequestContext& context, const session::Principal& principal) noexcept = 0;

  /// Error: `account_inactive` (unauthenticated: deactivated or gone since the token was issued).
  virtual Result<account::Account> profile(const session::Principal& principal) noexcept = 0;
  /// Errors: those of EmailAddress and UserName; `email_taken`, `username_taken` (conflict); `account_inactive`. A new
  /// address voids open reset codes.
  virtual Result<account::Account> update_profile(const RequestContext& context, const session::Principal& principal,
                                                  const ProfileUpdate& update) noexcept = 0;

  /// Needs the current password; ends every other session and voids open codes; the principal's session and its tokens
  /// go on. Errors: `current_password_wrong` (forbidden, field "current_password"), those of PasswordPolicy (field
  /// "new_password"), `account_inactive`; `password_changed_meanwhile` (conflict).
  virtual Result<void> change_password(const RequestContext& context, const session::Principal& principal,
                                       PasswordChange request) noexcept = 0;
  virtual void change_password(const RequestContext& context, const session::Principal& principal,
                               PasswordChange request, Completion<void> done) noexcept = 0;

  /// Mails a reset code if an active account has the address. Succeeds alike, after the same work, if none has.
  /// Error: `email_invalid` (invalid_input).
  virtual Result<void> request_password_reset(const RequestContext& context, std::string_view email) noexcept = 0;

  /// Errors: `code_invalid` (invalid_input, field "code"), those of PasswordPolicy (field "new_password"): the code is
  /// then not spent.
  virtual Result<void> reset_password(const RequestContext& context, PasswordReset request) noexcept = 0;
  virtual void reset_password(const RequestContext& context, PasswordReset request, Completion<void> done) noexcept = 0;

  /// Operator's verbs. Deactivation ends all sessions. Error: `account_unknown` (not_found).
  virtual Result<void> activate(const RequestContext& context, UserId user) noexcept = 0;
  virtual Result<void> deactivate(const RequestContext& context, UserId user) noexcept = 0;

  /// The user's live sessions, newest first.
  virtual Result<std::vector<session::Session>> sessions(const session::Principal& principal) noexcept = 0;
  /// Ends one of the user's own sessions. Error: `session_unknown` (not_found), also for another user's.
  virtual Result<void> end_session(const RequestContext& context, const session::Principal& principal,
                                   SessionId session) noexcept = 0;

 protected:
  AuthService() = default;
  AuthService(const AuthService&) = delete;
  AuthService& operator=(const AuthService&) = delete;
};

}  // namespace watchword
