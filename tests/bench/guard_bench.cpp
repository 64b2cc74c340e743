// What guarding a request costs: an HS256 token of about 400 bytes checked with its revocation, against the HMAC of the
// same bytes, with none and with a million live revocations. Many tokens take turns, so that look-ups miss the caches.
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <watchword/account/sql_stores.hpp>
#include <watchword/session/access_guard.hpp>
#include <watchword/session/revocation_feed.hpp>
#include <watchword/session/revocation_index.hpp>
#include <watchword/session/sql_stores.hpp>
#include <watchword/storage/sqlite.hpp>
#include <watchword/token/token_verifier.hpp>

#include "crypto/digest.hpp"

namespace {

using namespace watchword;

constexpr std::string_view kSecret = "vXq3pZ8nR2tY6wL0sD4fG7hJ9kM1bC5xA";
constexpr std::size_t kTokens = 4096;

KeySet keys() { return *KeySet::from_secret(*Secret::copy_of(kSecret), {}); }

std::vector<std::string> make_tokens() {
  std::vector<std::string> made;
  auto issuer = *make_jwt_issuer(keys(), {}, system_rng());
  for (std::size_t n = 0; n < kTokens; ++n) {
    AccessClaims claims;
    claims.user = UserId(static_cast<std::int64_t>(10000000 + n * 977));
    claims.session = *SessionId::generate(system_rng());
    claims.epoch = 1767225600123;
    claims.assurance.authenticated_at = system_clock().now();
    made.push_back(issuer->issue(claims, system_clock().now())->value);
  }
  return made;
}

const std::vector<std::string>& tokens() {
  static const std::vector<std::string> made = make_tokens();
  return made;
}

std::unique_ptr<sql::Database> open_database() {
  sqlite::Options options;
  options.path = ":memory:";
  auto database = *sqlite::open(options);
  std::vector<sql::FeatureSchema> features;
  features.push_back(account::schema(*database, {}));
  features.push_back(session::schema({}));
  if (!sql::migrate(*database, {}, features, sql::MigrationMode::automatic)) std::abort();
  return database;
}

/// A guard over an index of so many revocations, half of sessions and half of users.
class Guarded final {
 public:
  explicit Guarded(std::int64_t revocations) {
    std::mt19937_64 random(1);
    for (std::int64_t n = 0; n < revocations; ++n) {
      session::Revocation revocation;
      revocation.expires_at = system_clock().now() + Lifetime::hours(1);
      if (n % 2 == 0) {
        revocation.session = *SessionId::generate(system_rng());
      } else {
        revocation.kind = session::Revocation::Kind::user;
        revocation.user = UserId(n);
        revocation.min_epoch = 1767225600000;
      }
      if (!index_->add(revocation)) std::abort();
    }
  }
  bool check(std::string_view token) const { return guard_.check(token).has_value(); }
  double mebibytes() const { return static_cast<double>(index_->memory()) / (1 << 20); }

 private:
  std::unique_ptr<sql::Database> database_ = open_database();
  std::unique_ptr<account::AccountStore> accounts_ = account::make_sql_account_store(*database_, {});
  std::unique_ptr<session::SessionStore> sessions_ = session::make_sql_session_store(*database_, {});
  std::unique_ptr<session::RevocationStore> revocations_ = session::make_sql_revocation_store(*database_, {});
  std::unique_ptr<session::RevocationIndex> index_ = *session::RevocationIndex::create();
  std::unique_ptr<session::RevocationFeed> feed_ = *session::RevocationFeed::start(
      *revocations_, *index_, system_clock(), steady_clock(), null_log(), session::FeedOptions{});
  TokenVerifier verifier_ = *TokenVerifier::create(keys(), {});
  session::AccessGuard guard_{{verifier_, *index_, *feed_, *sessions_, *accounts_, system_clock()},
                              session::GuardMode::indexed};
};

void hmac_of_the_same_bytes(benchmark::State& state) {
  auto key = *crypto::HmacKey::create(kSecret);
  std::size_t n = 0;
  for (auto _ : state) {
    std::string_view text = tokens()[n++ % kTokens];
    benchmark::DoNotOptimize(key.mac(text.substr(0, text.size() - 44)));
  }
  state.counters["bytes"] = static_cast<double>(tokens().front().size());
}

void verify_alone(benchmark::State& state) {
  auto verifier = *TokenVerifier::create(keys(), {});
  std::size_t n = 0;
  for (auto _ : state) {
    auto verified = verifier.verify(tokens()[n++ % kTokens], system_clock().now());
    if (!verified) state.SkipWithError("the token is refused");
    benchmark::DoNotOptimize(verified);
  }
}

void guard_check(benchmark::State& state) {
  static std::unique_ptr<Guarded> guarded;
  if (state.thread_index() == 0) guarded = std::make_unique<Guarded>(state.range(0));
  std::size_t n = static_cast<std::size_t>(state.thread_index()) * 1000;
  for (auto _ : state) {
    if (!guarded->check(tokens()[n++ % kTokens])) state.SkipWithError("the token is refused");
  }
  if (state.thread_index() == 0) {
    state.counters["MiB"] = guarded->mebibytes();
    guarded.reset();
  }
}

BENCHMARK(hmac_of_the_same_bytes);
BENCHMARK(verify_alone);
BENCHMARK(guard_check)->Arg(0)->Arg(1000000);
BENCHMARK(guard_check)->Arg(0)->Arg(1000000)->Threads(2)->UseRealTime();

}  // namespace
