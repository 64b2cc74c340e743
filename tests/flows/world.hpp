#pragma once

#include <memory>
#include <string>

#include <watchword/account/account_directory.hpp>
#include <watchword/account/account_store.hpp>
#include <watchword/account/credential_store.hpp>
#include <watchword/base/executor.hpp>
#include <watchword/hooks.hpp>
#include <watchword/session/session_service.hpp>
#include <watchword/storage/sqlite.hpp>
#include <watchword/watchword.hpp>

#include "flows/ports.hpp"
#include "flows/tracing_database.hpp"
#include "support/catch.hpp"
#include "support/fake_clock.hpp"
#include "support/seeded_rng.hpp"
#include "support/temp_dir.hpp"

namespace watchword::test {

inline constexpr const char* kPassword = "securepassword123";
inline constexpr const char* kNewPassword = "another-good-passphrase";
inline constexpr Lifetime kTick = Lifetime::microseconds(1);

inline Password password(std::string_view text) { return Password::copy_of(text).value(); }
inline Secret secret(std::string_view text) { return Secret::copy_of(text).value(); }
inline const RequestContext& nowhere() {
  static const RequestContext context{"192.0.2.1", "a test", "", "request-1"};
  return context;
}

struct Setup final {
  std::string path = ":memory:";
  Hooks* hooks = nullptr;
  bool mailer = true;
  std::size_t hash_queue = 256;
  std::size_t sql_queue = 1024;
  session::GuardMode guard = session::GuardMode::indexed;
};

/// The product as a host opens it, over a real database, with cheap hashes and every port in the test's hands.
class World final {
 public:
  static constexpr int kHashThreads = 4;
  explicit World(const Setup& setup = {});

  /// Closes the product and opens it anew over the same database.
  void reopen(const Setup& setup);

  AuthService& auth() { return product->auth(); }
  account::Account add(const std::string& name);
  Result<session::LoginOutcome> try_login(std::string_view name, std::string_view typed = kPassword);
  session::TokenPair login(std::string_view name, std::string_view typed = kPassword);
  session::Principal principal(const session::TokenPair& tokens);
  /// What another system does to the users table.
  void elsewhere(const std::string& statement);
  /// Error code of a check, "" if the token is good.
  std::string refusal(const session::TokenPair& tokens);
  std::string refresh_refusal(const session::TokenPair& tokens);
  /// Asks for a reset and gives the code that was mailed.
  std::string reset_code(const std::string& email);
  Result<void> reset(const std::string& code, std::string_view replacement = kNewPassword);

  FakeClock clock;
  SeededRng rng;
  Mailbox mailbox;
  Trail trail;
  LogBook log;
  std::unique_ptr<HashPool> pool;
  std::unique_ptr<PasswordHasher> argon2;
  std::unique_ptr<CountingHasher> hasher;
  std::unique_ptr<sql::Database> real_database;
  std::unique_ptr<TracingDatabase> database;
  std::unique_ptr<Watchword> product;
};

/// The code in a reset mail.
std::string code_in(const mail::Message& message);

}  // namespace watchword::test
