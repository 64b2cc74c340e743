#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <watchword/account/sql_stores.hpp>
#include <watchword/session/session_service.hpp>
#include <watchword/session/sql_stores.hpp>
#include <watchword/storage/sqlite.hpp>
#include <watchword/token/token_verifier.hpp>

#include "support/catch.hpp"
#include "support/fake_clock.hpp"
#include "support/seeded_rng.hpp"

namespace watchword::test {

inline constexpr Lifetime kTick = Lifetime::microseconds(1);
inline constexpr char kSigningKey[] = "the tests' own key, of 32 bytes and some more";

inline SessionId session_id(std::uint64_t n) {
  SessionId::Bytes bytes{};
  std::memcpy(bytes.data() + 8, &n, sizeof n);
  return SessionId(bytes);
}

inline KeySet signing_keys() {
  return KeySet::from_secret(*Secret::copy_of(std::string_view(kSigningKey)), Secret()).value();
}

/// Issues and verifies access tokens.
class Tokens final {
 public:
  explicit Tokens(Rng& rng)
      : issuer(make_jwt_issuer(signing_keys(), {}, rng).value()),
        verifier(TokenVerifier::create(signing_keys(), {}).value()) {}

  AccessToken issue(UserId user, SessionId session, std::int64_t epoch, Timestamp now) {
    AccessClaims claims;
    claims.user = user;
    claims.session = session;
    claims.epoch = epoch;
    claims.assurance.authenticated_at = now;
    return issuer->issue(claims, now).value();
  }
  VerifiedToken verified(UserId user, SessionId session, std::int64_t epoch, Timestamp now) {
    return verifier.verify(issue(user, session, epoch, now).value, now).value();
  }

  std::unique_ptr<TokenIssuer> issuer;
  TokenVerifier verifier;
};

/// Keeps what was audited: names in transactions, and names, outcomes and reasons of what was noted.
class AuditTrail final : public audit::Sink {
 public:
  Result<void> record(Transaction&, const audit::Event& event) noexcept override {
    std::lock_guard lock(mutex_);
    if (failing_) return Error(Errc::unavailable, "store_unavailable", "The test's sink fails.");
    recorded_.emplace_back(event.name);
    return {};
  }
  void note(const audit::Event& event) noexcept override {
    std::lock_guard lock(mutex_);
    noted_.emplace_back(event.name);
    reasons_.emplace_back(event.reason);
  }
  std::size_t recorded(std::string_view name) { return count(recorded_, name); }
  std::size_t noted(std::string_view name) { return count(noted_, name); }
  std::string last_reason() {
    std::lock_guard lock(mutex_);
    return reasons_.empty() ? "" : reasons_.back();
  }
  void fail(bool failing) {
    std::lock_guard lock(mutex_);
    failing_ = failing;
  }

 private:
  std::size_t count(const std::vector<std::string>& names, std::string_view name) {
    std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count(names.begin(), names.end(), name));
  }
  std::mutex mutex_;
  std::vector<std::string> recorded_;
  std::vector<std::string> noted_;
  std::vector<std::string> reasons_;
  bool failing_ = false;
};

struct WorldOptions final {
  session::SessionPolicy policy;
  std::string path = ":memory:";
  std::vector<std::string> refresh_key_ids = {"k1"};
};

inline std::vector<session::RefreshKey> refresh_keys(const std::vector<std::string>& ids) {
  std::vector<session::RefreshKey> keys;
  for (const auto& id : ids) {
    std::string bytes = (id + std::string(32, '.')).substr(0, 32);
    keys.push_back({id, Secret::copy_of(std::string_view(bytes)).value()});
  }
  return keys;
}

/// Opens a database and brings the tables of accounts and sessions into it.
inline std::unique_ptr<sql::Database> open_database(const std::string& path) {
  sqlite::Options options;
  options.path = path;
  auto database = sqlite::open(options).value();
  std::vector<sql::FeatureSchema> features;
  features.push_back(account::schema(*database, {}));
  features.push_back(session::schema({}));
  sql::migrate(*database, {}, features, sql::MigrationMode::automatic).value();
  return database;
}

/// Every part of the sessions over a real database, with a clock that moves when told to.
class World final {
 public:
  explicit World(WorldOptions given = {}) : options(std::move(given)), database(open_database(options.path)) {
    accounts = account::make_sql_account_store(*database, {});
    sessions = session::make_sql_session_store(*database, {});
    refresh_tokens = session::make_sql_refresh_token_store(*database, {});
    revocations = session::make_sql_revocation_store(*database, {});
    index = session::RevocationIndex::create().value();
    open_service();
  }

  /// Makes the service anew, as after a restart with another configuration.
  void open_service(TransactionRunner* runner = nullptr) {
    session::SessionIssuer::Parts issuing{runner != nullptr ? *runner : *database,
                                          *accounts,
                                          *sessions,
                                          *refresh_tokens,
                                          *tokens.issuer,
                                          audit,
                                          extra_claims,
                                          clock,
                                          rng};
    issuer = std::make_unique<session::SessionIssuer>(issuing, options.policy);
    service = session::SessionService::create({issuing, *revocations, *index}, options.policy,
                                              refresh_keys(options.refresh_key_ids))
                  .value();
  }

  UserId add_user(const std::string& name = "alice") {
    account::NewAccount account{account::EmailAddress::parse(name + "@example.com").value(),
                                account::UserName::parse(name).value(), "!"};
    UserId id;
    database
        ->run([&](Transaction& transaction) -> Result<void> {
          auto inserted = accounts->insert(transaction, account, clock.now());
          if (!inserted) return inserted.error();
          id = inserted->account.value().id;
          return {};
        })
        .value();
    return id;
  }
  account::Standing standing(UserId user) {
    std::optional<account::Standing> found;
    database
        ->run([&](Transaction& transaction) -> Result<void> {
          auto locked = accounts->lock_standing(transaction, user);
          if (!locked) return locked.error();
          found = *locked;
          return {};
        })
        .value();
    return found.value();
  }
  session::SessionIssuer::Proof proof(UserId user) {
    session::SessionIssuer::Proof made{user, standing(user).epoch, {}};
    made.assurance.authenticated_at = clock.now();
    return made;
  }
  session::TokenPair login(UserId user) {
    auto outcome = issuer->start(context, proof(user));
    REQUIRE(outcome.has_value());
    return std::move(*outcome->tokens());
  }
  void set_active(UserId user, bool active) {
    database
        ->run([&](Transaction& transaction) -> Result<void> {
          auto done = accounts->set_active(transaction, user, active, clock.now());
          if (!done) return done.error();
          return {};
        })
        .value();
  }
  /// What a password change does to sessions.
  session::Revocation change_password(UserId user, std::optional<SessionId> kept) {
    std::optional<session::Revocation> revocation;
    database
        ->run([&](Transaction& transaction) -> Result<void> {
          auto ended = service->end_all(transaction, user, kept, clock.now());
          if (!ended) return ended.error();
          revocation = *ended;
          return {};
        })
        .value();
    service->announce(revocation.value());
    return *revocation;
  }

  Result<session::TokenPair> refresh(const OpaqueToken& token) { return service->refresh(context, token); }
  session::TokenPair refreshed(const OpaqueToken& token) {
    auto pair = refresh(token);
    REQUIRE(pair.has_value());
    return *std::move(pair);
  }
  std::string refusal(const OpaqueToken& token) {
    auto pair = refresh(token);
    return pair ? "" : std::string(pair.error().code());
  }
  bool revoked(const session::TokenPair& pair) {
    return index->revokes(tokens.verifier.verify(pair.access.value, clock.now()).value());
  }
  std::size_t live_sessions(UserId user) { return service->list(user).value().size(); }

  WorldOptions options;
  FakeClock clock;
  SeededRng rng;
  AuditTrail audit;
  RequestContext context{"192.0.2.1", "test agent", "laptop", "r1"};
  Tokens tokens{rng};
  session::ExtraClaims* extra_claims = nullptr;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<account::AccountStore> accounts;
  std::unique_ptr<session::SessionStore> sessions;
  std::unique_ptr<session::RefreshTokenStore> refresh_tokens;
  std::unique_ptr<session::RevocationStore> revocations;
  std::unique_ptr<session::RevocationIndex> index;
  std::unique_ptr<session::SessionIssuer> issuer;
  std::unique_ptr<session::SessionService> service;
};

inline std::string text_of(const OpaqueToken& token) { return std::string(token.reveal()); }

}  // namespace watchword::test
