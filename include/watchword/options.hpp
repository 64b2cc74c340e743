#pragma once

#include <memory>
#include <string>
#include <vector>

#include <watchword/base/secret.hpp>
#include <watchword/password/argon2_hasher.hpp>
#include <watchword/password/hash_pool.hpp>
#include <watchword/password/password_policy.hpp>
#include <watchword/session/access_guard.hpp>
#include <watchword/session/revocation_feed.hpp>
#include <watchword/session/session_policy.hpp>
#include <watchword/storage/migration_mode.hpp>
#include <watchword/storage/naming.hpp>
#include <watchword/token/token_issuer.hpp>

// The ports that a host may replace: who has one of its own includes its header.
namespace watchword {
class ChangeSignal;
class Clock;
class Hooks;
class LogSink;
class Rng;
}  // namespace watchword
namespace watchword::account {
class AccountDirectory;
class AccountStore;
class CredentialStore;
}  // namespace watchword::account
namespace watchword::audit {
class Sink;
}
namespace watchword::mail {
class Mailer;
class Outbox;
}  // namespace watchword::mail
namespace watchword::onetime {
class CodeStore;
}
namespace watchword::session {
class RefreshTokenStore;
class RevocationStore;
class SessionStore;
}  // namespace watchword::session
namespace watchword::sql {
class Database;
struct Driver;
}  // namespace watchword::sql

namespace watchword {

/// One version of the key that all others derive from (refresh tokens, one-time codes), apart from the access tokens'.
struct RootKey final {
  std::string id;  ///< 1 to 16 of [a-z0-9]
  Secret key;      ///< 32 bytes or more
};

/// What open() needs to know. Only `secret_key` (or `keys_json`) has no default.
struct Options final {
  /// sqlite:///relative.db, sqlite:////absolute.db, sqlite:///:memory:, and postgresql://... with `postgres`
  std::string database_url = "sqlite:///./watchword.db";
  /// Make the database's file where there is none; otherwise, and where `migrate` is check_only, that is
  /// `database_unreadable` (misconfigured).
  bool create_database = true;
  /// &postgres::driver() of watchword::postgres, which open() does not link by itself, for URLs of that engine.
  const sql::Driver* postgres = nullptr;
  /// Where revocations are listened for: the database itself, past a pooler in front of it, which would pass no
  /// notifications on. Empty: database_url.
  std::string feed_database_url;
  /// A database that is open already takes the URL's place; it must outlive what open() returns.
  sql::Database* database = nullptr;
  sql::Naming naming;
  sql::MigrationMode migrate = sql::MigrationMode::automatic;

  /// SECRET_KEY: 32 bytes or more; access tokens are signed with its bytes by HS256.
  Secret secret_key;
  /// SECRET_KEY_PREVIOUS: only verifies.
  Secret secret_key_previous;
  /// A JWK Set; takes the place of both for access tokens.
  std::string keys_json;
  /// The first derives, all re-derive. Empty: one is derived from secret_key, with a warning in the log.
  std::vector<RootKey> root_keys;

  TokenPolicy tokens;
  session::SessionPolicy sessions;
  session::GuardMode guard = session::GuardMode::indexed;
  session::FeedOptions feed;
  Argon2Policy hashing;
  std::unique_ptr<Pepper> pepper;  ///< refused with `pepper_root` (misconfigured) where there are no root_keys
  HashPoolOptions hash_pool;       ///< hash_memory_kib is taken from `hashing`
  PasswordPolicyOptions passwords;
  std::size_t sql_threads = 0;   ///< for the completion forms: 1 to 64; 0: 2, or 8 where a server is waited for
  std::size_t sql_queue = 1024;  ///< and how many calls may wait for them

  /// Ports, to be replaced by the host's own; each must outlive what open() returns. Null takes the default.
  Clock* clock = nullptr;                        ///< the system's
  Rng* rng = nullptr;                            ///< the system's
  LogSink* log = nullptr;                        ///< none
  audit::Sink* audit = nullptr;                  ///< none
  ChangeSignal* signal = nullptr;                ///< the database's own, which wakes the revocation feed
  mail::Mailer* mailer = nullptr;                ///< none: mail stays in the outbox until one sends it or it expires
  PasswordHasher* hasher = nullptr;              ///< Argon2id
  session::ExtraClaims* extra_claims = nullptr;  ///< none
  Hooks* hooks = nullptr;                        ///< none

  /// Stores of the host's own, likewise; null takes ours over the database. Each must pass its contract suite and take
  /// part in the database's transactions (Transaction::executor()).
  account::AccountStore* accounts = nullptr;
  account::CredentialStore* credentials = nullptr;
  account::AccountDirectory* directory = nullptr;
  session::SessionStore* session_store = nullptr;
  session::RefreshTokenStore* refresh_tokens = nullptr;
  session::RevocationStore* revocations = nullptr;
  onetime::CodeStore* codes = nullptr;
  mail::Outbox* outbox = nullptr;
};

}  // namespace watchword
