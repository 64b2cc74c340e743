#pragma once

#include <string>
#include <string_view>

#include <watchword/account/account_store.hpp>
#include <watchword/account/credential_store.hpp>
#include <watchword/audit/audit.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/request_context.hpp>
#include <watchword/base/result.hpp>
#include <watchword/mail/outbox.hpp>
#include <watchword/onetime/one_time_codes.hpp>
#include <watchword/session/session_service.hpp>

namespace watchword::recovery {

/// Password reset by a code that is mailed. Safe to use from any thread.
class WATCHWORD_EXPORT PasswordRecovery final {
 public:
  struct Parts final {
    TransactionRunner& runner;
    account::AccountStore& accounts;
    account::CredentialStore& credentials;
    session::SessionService& sessions;
    onetime::OneTimeCodes& codes;
    onetime::CodeStore& code_store;
    mail::Outbox& outbox;
    audit::Sink& audit;
    Clock& clock;
    Rng& rng;
  };
  explicit PasswordRecovery(const Parts& parts, Lifetime code_lifetime = Lifetime::minutes(30)) noexcept
      : parts_(parts), code_lifetime_(code_lifetime) {}

  /// Succeeds alike, after the same work, whether or not an active account has that address; if one has, a code goes to
  /// its stored address. Again within 60 s changes nothing. Errors: the stores' only.
  Result<void> request(const RequestContext& context, const account::EmailAddress& email) noexcept;

  /// The account that an open code is for, without spending it. Error: `code_invalid` (invalid_input, field "code").
  Result<account::Account> find(std::string_view code) noexcept;

  /// Spends the code and stores the new hash; ends every session, voids every other code and queues a notice, all in
  /// one transaction. `email`, if not null, must be the account's. Does not sign in and does not activate an account.
  /// Error: `code_invalid` (invalid_input, field "code": wrong, used, expired, superseded, of an address that has
  /// changed, or of an inactive account).
  struct Reset final {
    std::string_view code;
    const account::EmailAddress* email = nullptr;
    std::string_view password_hash;
  };
  Result<void> reset(const RequestContext& context, const Reset& reset) noexcept;

 private:
  class Attempt;
  Parts parts_;
  Lifetime code_lifetime_;
};

}  // namespace watchword::recovery
