#pragma once

#include <memory>
#include <optional>

#include <watchword/account/account_directory.hpp>
#include <watchword/account/account_store.hpp>
#include <watchword/account/credential_store.hpp>
#include <watchword/account/succession.hpp>
#include <watchword/base/executor.hpp>
#include <watchword/mail/dispatcher.hpp>
#include <watchword/make_auth_service.hpp>
#include <watchword/options.hpp>
#include <watchword/recovery/password_recovery.hpp>
#include <watchword/session/access_guard.hpp>
#include <watchword/session/revocation_feed.hpp>
#include <watchword/session/session_service.hpp>
#include <watchword/token/token_verifier.hpp>
#include <watchword/watchword.hpp>

#include "base/own_process.hpp"
#include "compose/derived_keys.hpp"

namespace watchword {

/// A part of the host's, or one of ours.
template <class T>
class Part final {
 public:
  template <class Make>
  void choose(T* hosts, Make make) {
    if (hosts == nullptr) own_ = make();
    part_ = hosts != nullptr ? hosts : own_.get();
  }
  T& operator*() const noexcept { return *part_; }

 private:
  std::unique_ptr<T> own_;
  T* part_ = nullptr;
};

/// All parts, each declared after what it refers to, so that they go in the opposite order.
class Watchword::Impl final {
 public:
  explicit Impl(Options chosen);

  /// Each step is possible after the one before it. Those before open_database() touch no database but the host's
  /// own; migrate() is the first that writes to one.
  Result<void> check_options();
  Result<void> make_keys();
  Result<void> check_roots();
  Result<void> make_tokens();
  Result<void> make_hashing();
  Result<void> rehearse();
  Result<void> open_database();
  Result<void> make_signal();
  Result<void> make_executor();
  Result<void> make_stores();
  Result<void> make_sessions();
  Result<void> migrate();
  Result<void> start_feed();
  Result<void> make_mail();
  Result<void> make_auth();

  /// A stored hash of another cost than the policy's, among the oldest and the newest accounts; "" where there is none.
  Result<std::string> find_foreign_hash();
  /// Asks, in a transaction that could write, for the table that everything needs, so that a database that lost it is
  /// not called ready.
  Result<void> ask_database();

  const OwnProcess process;
  Options options;
  Clock& clock;
  Rng& rng;
  LogSink& log;
  audit::Sink& audit;
  compose::DerivedKeys derived;
  std::optional<KeySet> keys;
  std::unique_ptr<TokenIssuer> issuer;
  std::optional<TokenVerifier> verifier;

  std::unique_ptr<sql::Database> own_database;
  sql::Database* database;
  std::unique_ptr<ChangeSignal> own_signal;
  ChangeSignal* signal;
  std::unique_ptr<session::RevocationIndex> index;
  Part<session::SessionStore> session_store;
  Part<session::RefreshTokenStore> refresh_tokens;
  Part<session::RevocationStore> revocations;
  std::unique_ptr<account::Succession> succession;
  Part<account::AccountStore> accounts;
  Part<account::CredentialStore> credentials;
  Part<account::AccountDirectory> directory;
  Part<onetime::CodeStore> code_store;
  Part<mail::Outbox> outbox;
  std::optional<sql::Statement> probe;

  std::unique_ptr<HashPool> hash_pool;
  std::unique_ptr<PasswordHasher> own_hasher;
  PasswordHasher* hasher;
  std::optional<PasswordPolicy> policy;
  std::unique_ptr<ThreadPool> executor;

  std::optional<session::SessionIssuer> session_issuer;
  std::unique_ptr<session::SessionService> sessions;
  std::unique_ptr<session::RevocationFeed> feed;
  std::optional<session::AccessGuard> guard;
  std::unique_ptr<onetime::OneTimeCodes> codes;
  std::unique_ptr<mail::Composer> composer;
  std::unique_ptr<mail::Dispatcher> dispatcher;
  std::optional<recovery::PasswordRecovery> recovery;
  std::unique_ptr<AuthService> auth;
};

}  // namespace watchword
