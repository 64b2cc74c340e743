#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <watchword/auth_service.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/owned.hpp>
#include <watchword/base/result.hpp>
#include <watchword/options.hpp>
#include <watchword/session/access_guard.hpp>
#include <watchword/storage/pending_migration.hpp>

namespace watchword {
class Executor;
namespace session {
class SessionService;
}

/// Everything that one open() made, wired. Safe to use from any thread; destroyed last of all that uses it. It must be
/// used in the process that opened it: after fork() a child opens its own. What it inherited answers there at once with
/// `store_after_fork`, `hash_pool_after_fork`, `executor_after_fork` or `mail_after_fork` (internal), and its
/// destructor leaves all as it is, memory included. This header brings what most hosts call, auth() and guard(); who
/// calls another part includes that part's header (<watchword/account/account_directory.hpp>).
class WATCHWORD_EXPORT Watchword final {
 public:
  ~Watchword();
  Watchword(const Watchword&) = delete;
  Watchword& operator=(const Watchword&) = delete;

  AuthService& auth() noexcept;
  const session::AccessGuard& guard() const noexcept;
  account::AccountDirectory& directory() noexcept;
  account::AccountStore& accounts() noexcept;
  account::CredentialStore& credentials() noexcept;
  session::SessionService& sessions() noexcept;
  sql::Database& database() noexcept;
  /// Runs blocking work of the completion forms; for the host's own use too.
  Executor& executor() noexcept;
  HashPool& hash_pool() noexcept;
  Clock& clock() noexcept;
  const KeySet& keys() const noexcept;
  const TokenPolicy& token_policy() const noexcept;
  const session::SessionPolicy& session_policy() const noexcept;

  /// Whether the database answers, lets a transaction begin, and the revocations are fresh. Errors: the stores';
  /// `revocations_stale` (unavailable).
  Result<void> ready() noexcept;
  /// Sends all mail that is due, on the calling thread: for tests and before the end. Errors: those of
  /// Dispatcher::flush; `mailer_missing` (misconfigured): Options::mailer is null.
  Result<void> flush_mail() noexcept;
  /// Removes up to `limit` expired rows of each kind; gives how many went. Nothing ever depends on it: expiry is
  /// checked at each read.
  Result<std::int64_t> purge(std::int64_t limit = 10000) noexcept;

  /// To be called once after a backup came back, also under running processes: ends every session and access token of
  /// everybody, and voids every one-time code, since what was ended or spent after the backup is open again in it.
  /// Where it fails, call it again. Errors: those of the stores.
  Result<void> restored(const RequestContext& context) noexcept;

  class Impl;
  explicit Watchword(std::unique_ptr<Impl> impl) noexcept;

 private:
  Owned<Impl> impl_;
};

/// Opens the database, brings its schema up to date and wires every service with safe defaults. A database of the
/// specification's system opens as it is. Where it fails over what the options or the
/// database say, nothing was written. Errors (misconfigured): those of
/// parse_database_url, sqlite::open, migrate, KeySet, TokenPolicy and the other options, each with a reason that says
/// what to change; `secret_key_missing`.
WATCHWORD_EXPORT Result<std::unique_ptr<Watchword>> open(Options options) noexcept;

/// The schema steps that open() would run with these options, all features', in their order. Of the options only those
/// of the database are looked at. Writes nothing. Errors: those of parse_database_url, sqlite::open, postgres::open and
/// sql::pending_migrations.
WATCHWORD_EXPORT Result<std::vector<sql::PendingMigration>> pending_migrations(const Options& options) noexcept;

}  // namespace watchword
