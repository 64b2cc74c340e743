#include <map>
#include <mutex>

#include <watchword/account/sql_stores.hpp>
#include <watchword/storage/sqlite.hpp>

#include "flows/ports.hpp"
#include "support/catch.hpp"

using namespace watchword;

namespace {

/// A host's own place for hashes: they never reach the users table, which keeps "!" for everybody.
class Vault final : public account::CredentialStore {
 public:
  explicit Vault(account::CredentialStore& ours) : ours_(ours) {}

  Result<std::optional<account::Credential>> find(UserId user) noexcept override {
    auto found = ours_.find(user);
    if (!found || !*found) return found;
    std::lock_guard lock(mutex_);
    auto hash = hashes_.find(user.value());
    if (hash != hashes_.end()) (*found)->password_hash = hash->second;
    return found;
  }
  Result<bool> replace(Transaction&, UserId user, std::string_view hash, Timestamp) noexcept override {
    std::lock_guard lock(mutex_);
    hashes_[user.value()] = hash;
    return true;
  }
  Result<bool> replace_if(Transaction&, UserId user, std::string_view expected,
                          std::string_view hash) noexcept override {
    std::lock_guard lock(mutex_);
    auto& stored = hashes_[user.value()];
    // What has not been moved here yet is as the registration left it.
    if (!stored.empty() && stored != expected) return false;
    stored = hash;
    return true;
  }
  bool holds(UserId user) {
    std::lock_guard lock(mutex_);
    return hashes_.count(user.value()) != 0;
  }

 private:
  account::CredentialStore& ours_;
  std::mutex mutex_;
  std::map<std::int64_t, std::string> hashes_;
};

Password password(std::string_view text) { return Password::copy_of(text).value(); }

}  // namespace

TEST_CASE("A store of the host's own takes the place of ours") {
  sqlite::Options file;
  file.path = ":memory:";
  auto database = sqlite::open(file).value();
  auto ours = account::make_sql_credential_store(*database, {});
  Vault vault(*ours);
  Options options;
  options.database = database.get();
  options.credentials = &vault;
  options.secret_key = Secret::copy_of(std::string_view("a test's key of more than 32 bytes, please")).value();
  options.hashing = Argon2Policy{8, 1, true};
  auto watchword = open(std::move(options)).value();
  auto& auth = watchword->auth();
  auto user = auth.register_account({}, {"mike@example.com", "mike", password("first password")}).value();
  CHECK_FALSE(vault.holds(user.id));
  auto login = [&](std::string_view typed) { return auth.login({}, {"mike", password(typed)}); };
  auto access = login("first password").value().tokens()->access.value;
  auto principal = watchword->guard().check(access).value();
  REQUIRE(auth.change_password({}, principal, {password("first password"), password("second password")}));
  CHECK(vault.holds(user.id));
  CHECK_FALSE(login("first password"));
  CHECK(login("second password"));
}
