#include "compose/wiring.hpp"

#include <watchword/account/sql_stores.hpp>
#include <watchword/mail/outbox.hpp>
#include <watchword/onetime/sql_stores.hpp>
#include <watchword/recovery/mail_composer.hpp>
#include <watchword/session/former_owner.hpp>
#include <watchword/session/sql_stores.hpp>
#include <watchword/storage/sqlite.hpp>

#include "base/wipe.hpp"
#include "compose/database.hpp"
#include "compose/features.hpp"

namespace watchword {
namespace {

template <class Target, class Made>
Result<void> keep(Target& target, Result<Made> made) {
  if (!made) return made.error();
  target = std::move(*made);
  return {};
}

Error executor_options() noexcept {
  return {Errc::misconfigured, "executor_options", "Use 1 to 64 SQL threads and a queue of 1 to 1000000."};
}

Error feed_options() noexcept {
  return {Errc::misconfigured, "feed_options",
          "The feed's interval is 1 ms to 1 hour, and its bound no less than that and at most a day."};
}

bool valid(const session::FeedOptions& feed) noexcept {
  return feed.interval >= Lifetime::milliseconds(1) && feed.interval <= Lifetime::hours(1) &&
         feed.bound >= feed.interval && feed.bound <= Lifetime::days(1);
}

}  // namespace

Watchword::Impl::Impl(Options chosen)
    : options(std::move(chosen)),
      clock(options.clock != nullptr ? *options.clock : system_clock()),
      rng(options.rng != nullptr ? *options.rng : system_rng()),
      log(options.log != nullptr ? *options.log : null_log()),
      audit(options.audit != nullptr ? *options.audit : audit::null_sink()),
      database(options.database),
      signal(options.signal),
      hasher(options.hasher) {
  if (hasher == nullptr) options.hash_pool.hash_memory_kib = options.hashing.memory_kib;
}

Result<void> Watchword::Impl::check_options() {
  auto naming = sql::check_naming(options.naming);
  if (!naming) return naming;
  const bool fitting_queue = options.sql_queue >= 1 && options.sql_queue <= 1000000;
  if (options.sql_threads > 64 || !fitting_queue) return executor_options();
  if (!valid(options.feed)) return feed_options();
  return keep(policy, PasswordPolicy::create(options.passwords));
}

Result<void> Watchword::Impl::make_keys() {
  if (options.keys_json.empty() && options.secret_key.empty()) {
    return Error(Errc::misconfigured, "secret_key_missing",
                 "Set a secret key (SECRET_KEY) of 32 bytes or more: access tokens are signed with it.");
  }
  auto kept =
      keep(keys, options.keys_json.empty() ? KeySet::from_secret(options.secret_key, options.secret_key_previous)
                                           : KeySet::from_jwks(options.keys_json));
  wipe(options.keys_json);
  if (!kept) return kept;
  auto checked = check_roots();
  if (!checked) return checked;
  return keep(derived, compose::derive_keys(options, log));
}

/// What is public, or an example's, derives keys that anybody can derive.
Result<void> Watchword::Impl::check_roots() {
  if (options.root_keys.empty() && !options.secret_key.empty()) {
    auto secret = KeySet::from_secret(options.secret_key, options.secret_key_previous);
    if (!secret) return secret.error();
  }
  for (const auto& root : options.root_keys) {
    auto key = KeySet::from_secret(root.key, Secret());
    if (key || root.key.size() < 32) continue;
    return Error(Errc::misconfigured, "root_key_invalid", "Make a root key of 32 random bytes.")
        .with_reason(key.error().code());
  }
  return {};
}

Result<void> Watchword::Impl::make_tokens() {
  auto made = keep(issuer, make_jwt_issuer(*keys, options.tokens, rng));
  if (!made) return made;
  return keep(verifier, TokenVerifier::create(*keys, options.tokens));
}

Result<void> Watchword::Impl::make_hashing() {
  auto made = keep(hash_pool, HashPool::create(options.hash_pool));
  if (!made) return made;
  if (hasher != nullptr) return made;
  made = keep(own_hasher, make_argon2_hasher(options.hashing, *hash_pool, rng, std::move(options.pepper)));
  hasher = own_hasher.get();
  return made;
}

/// What sessions may be like is known to their service alone, which wants stores. So it is made over a database in
/// memory first: if the options are wrong, not even an empty file is left behind.
Result<void> Watchword::Impl::rehearse() {
  if (database != nullptr) return {};
  sqlite::Options in_memory;
  in_memory.path = ":memory:";
  auto memory = sqlite::open(in_memory);
  if (!memory) return memory.error();
  database = memory->get();
  auto made = make_stores();
  if (made) made = make_sessions();
  sessions.reset();
  session_issuer.reset();
  database = nullptr;
  return made;
}

Result<void> Watchword::Impl::open_database() {
  if (database != nullptr) return {};
  auto opened = keep(own_database, compose::open_database(options, log));
  if (!opened) return opened;
  database = own_database.get();
  return signal != nullptr ? Result<void>() : make_signal();
}

Result<void> Watchword::Impl::make_signal() {
  auto made = keep(own_signal, compose::make_signal(options));
  signal = own_signal.get();
  return made;
}

/// Whoever waits for a server wants more threads than who waits for a disk.
Result<void> Watchword::Impl::make_executor() {
  const std::size_t fitting = database->reads_are_local() ? 2 : 8;
  return keep(executor,
              ThreadPool::create(options.sql_threads != 0 ? options.sql_threads : fitting, options.sql_queue));
}

Result<void> Watchword::Impl::make_stores() {
  auto& db = *database;
  const auto& naming = options.naming;
  auto made = keep(index, session::RevocationIndex::create());
  if (!made) return made;
  directory.choose(options.directory, [&] { return account::make_sql_account_directory(db, naming); });
  session_store.choose(options.session_store, [&] { return session::make_sql_session_store(db, naming); });
  refresh_tokens.choose(options.refresh_tokens, [&] { return session::make_sql_refresh_token_store(db, naming); });
  revocations.choose(options.revocations, [&] { return session::make_sql_revocation_store(db, naming); });
  succession = session::make_succession(*session_store, *revocations, *index, clock);
  auto* heir = succession.get();
  accounts.choose(options.accounts, [&] { return account::make_sql_account_store(db, naming, heir); });
  credentials.choose(options.credentials, [&] { return account::make_sql_credential_store(db, naming, heir); });
  code_store.choose(options.codes, [&] { return onetime::make_sql_code_store(db, naming); });
  outbox.choose(options.outbox, [&] { return mail::make_sql_outbox(db, naming); });
  probe.emplace("SELECT id FROM " + options.naming.users_table() + " WHERE id = 0");
  return {};
}

Result<std::string> Watchword::Impl::find_foreign_hash() {
  const std::string some = "SELECT hashed_password FROM (SELECT hashed_password FROM " + options.naming.users_table();
  const std::string few = " LIMIT 1000) AS few";
  const sql::Statement look(some + " ORDER BY id" + few + " UNION ALL " + some + " ORDER BY id DESC" + few);
  std::string found;
  auto read = database->read([&](sql::Executor& connection) -> Result<void> {
    auto rows = connection.query(look, {}, [&](const sql::Row& row) -> Result<void> {
      if (found.empty() && !hasher->costs_as_usual(row.text(0))) found = row.text(0);
      return {};
    });
    if (!rows) return rows.error();
    return {};
  });
  if (!read) return read.error();
  return found;
}

Result<void> Watchword::Impl::ask_database() {
  return database->run([this](Transaction& transaction) -> Result<void> {
    auto rows = transaction.executor()->query(*probe, {}, [](const sql::Row&) -> Result<void> { return {}; });
    if (!rows) return rows.error();
    return {};
  });
}

Result<void> Watchword::Impl::make_sessions() {
  const session::SessionIssuer::Parts parts{
      *database, *accounts, *session_store, *refresh_tokens, *issuer, audit, options.extra_claims, clock, rng};
  session_issuer.emplace(parts, options.sessions);
  std::vector<session::RefreshKey> refresh_keys;
  for (const auto& key : derived.refresh) {
    auto copy = Secret::copy_of(key.key.reveal());
    if (!copy) return copy.error();
    refresh_keys.push_back({key.id, std::move(*copy)});
  }
  return keep(sessions, session::SessionService::create({parts, *revocations, *index, signal}, options.sessions,
                                                        std::move(refresh_keys)));
}

Result<void> Watchword::Impl::migrate() {
  auto schemas = compose::schemas(*database, options.naming);
  return sql::migrate(*database, options.naming, schemas, options.migrate);
}

Result<void> Watchword::Impl::start_feed() {
  auto started = keep(
      feed, session::RevocationFeed::start(*revocations, *index, clock, steady_clock(), log, options.feed, signal));
  if (!started) return started;
  guard.emplace(session::AccessGuard::Parts{*verifier, *index, *feed, *session_store, *accounts, clock}, options.guard);
  return {};
}

Result<void> Watchword::Impl::make_mail() {
  auto made = keep(codes, onetime::OneTimeCodes::create(*code_store, rng, derived.onetime));
  if (!made) return made;
  made = keep(composer, recovery::make_mail_composer(*codes));
  if (!made || options.mailer == nullptr) return made;
  return keep(dispatcher, mail::Dispatcher::create({*database, *outbox, *composer, *options.mailer, clock, rng, log}));
}

Result<void> Watchword::Impl::make_auth() {
  recovery.emplace(recovery::PasswordRecovery::Parts{*database, *accounts, *credentials, *sessions, *codes, *code_store,
                                                     *outbox, audit, clock, rng});
  auto foreign = find_foreign_hash();
  if (!foreign) return foreign.error();
  const AuthParts parts{*database, *accounts, *credentials,  *session_issuer, *sessions, *code_store, *recovery,
                        *outbox,   *hasher,   *hash_pool,    *policy,         *executor, audit,       log,
                        clock,     rng,       options.hooks, dispatcher.get()};
  return keep(auth, make_auth_service(parts, std::move(*foreign)));
}

}  // namespace watchword
