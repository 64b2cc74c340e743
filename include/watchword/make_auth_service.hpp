#pragma once

#include <memory>
#include <string>

#include <watchword/account/account_store.hpp>
#include <watchword/account/credential_store.hpp>
#include <watchword/audit/audit.hpp>
#include <watchword/auth_service.hpp>
#include <watchword/base/executor.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/log.hpp>
#include <watchword/hooks.hpp>
#include <watchword/mail/dispatcher.hpp>
#include <watchword/mail/outbox.hpp>
#include <watchword/onetime/one_time_codes.hpp>
#include <watchword/password/hash_pool.hpp>
#include <watchword/password/password_hasher.hpp>
#include <watchword/password/password_policy.hpp>
#include <watchword/recovery/password_recovery.hpp>
#include <watchword/session/session_service.hpp>

namespace watchword {

/// What an AuthService is made of, for hosts that wire it by hand; open() does it for all others. The stores, the
/// issuer, the sessions and the recovery must share the runner.
struct AuthParts final {
  TransactionRunner& runner;
  account::AccountStore& accounts;
  account::CredentialStore& credentials;
  session::SessionIssuer& issuer;
  session::SessionService& sessions;
  onetime::CodeStore& codes;
  recovery::PasswordRecovery& recovery;
  mail::Outbox& outbox;
  PasswordHasher& hasher;
  HashPool& hash_pool;
  PasswordPolicy policy;
  Executor& executor;
  audit::Sink& audit;
  LogSink& log;
  Clock& clock;
  Rng& rng;
  Hooks* hooks = nullptr;                  ///< may be null
  mail::Dispatcher* dispatcher = nullptr;  ///< woken when there is mail; may be null
};

/// The parts must outlive it. Its destructor waits for the completion forms that are still at work. `foreign_hash`: a
/// stored hash that PasswordHasher::costs_as_usual() denies, such as an imported bcrypt hash, where there is one.
/// Failed logins are then answered no sooner than one of it takes to verify, so that nobody can tell names apart by the
/// time; the blocking form sleeps, the other holds no thread. Error: `out_of_memory` (unavailable).
WATCHWORD_EXPORT Result<std::unique_ptr<AuthService>> make_auth_service(const AuthParts& parts,
                                                                        std::string foreign_hash = {}) noexcept;

}  // namespace watchword
