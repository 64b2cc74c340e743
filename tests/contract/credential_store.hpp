#pragma once

#include <watchword/account/credential_store.hpp>

#include "contract/account_backend.hpp"

#ifndef WATCHWORD_CREDENTIAL_STORE_BACKENDS
#error "Define WATCHWORD_CREDENTIAL_STORE_BACKENDS as the types to hold to the contract."
#endif

/// The contract of account::CredentialStore. Asks a backend for runner(), credentials() and accounts().
namespace watchword::contract {

template <class Backend>
std::string hash_of(Backend& backend, UserId user) {
  auto found = backend.credentials().find(user);
  REQUIRE(found);
  return *found ? (*found)->password_hash : "";
}

template <class Backend>
UserId account_with_hash(Backend& backend, const std::string& hash) {
  NewAccount account = new_account("ada@example.com", "ada");
  account.password_hash = hash;
  return insert_account(backend, account).account->id;
}

template <class Backend>
bool replace_hash_if(Backend& backend, UserId user, const std::string& expected, const std::string& hash) {
  return commit(backend.runner(),
                [&](Transaction& t) { return backend.credentials().replace_if(t, user, expected, hash); });
}

TEMPLATE_TEST_CASE("credentials: a hash comes with the epoch that stands beside it", "[contract]",
                   WATCHWORD_CREDENTIAL_STORE_BACKENDS) {
  TestType backend;
  const UserId ada = account_with_hash(backend, "$hash$1");
  auto found = backend.credentials().find(ada);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->password_hash == "$hash$1");
  CHECK((*found)->epoch == standing_of(backend, ada)->epoch);
  auto epoch = advance_epoch(backend, ada, kNow + Lifetime::hours(1));
  CHECK((*backend.credentials().find(ada))->epoch == *epoch);
  CHECK(hash_of(backend, UserId(999)).empty());
}

TEMPLATE_TEST_CASE("credentials: a new password takes the old one's place", "[contract]",
                   WATCHWORD_CREDENTIAL_STORE_BACKENDS) {
  TestType backend;
  const Timestamp later = kNow + Lifetime::hours(1);
  const UserId ada = account_with_hash(backend, "$hash$1");
  CHECK(commit(backend.runner(),
               [&](Transaction& t) { return backend.credentials().replace(t, ada, "$hash$2", later); }));
  CHECK(hash_of(backend, ada) == "$hash$2");
  CHECK((*backend.accounts().find(ada))->updated_at == later);
  CHECK_FALSE(commit(backend.runner(),
                     [&](Transaction& t) { return backend.credentials().replace(t, UserId(999), "$hash$2", later); }));
}

TEMPLATE_TEST_CASE("credentials: a rehash is saved only over the hash that it was made from", "[contract]",
                   WATCHWORD_CREDENTIAL_STORE_BACKENDS) {
  TestType backend;
  const UserId ada = account_with_hash(backend, "$hash$1");
  CHECK(replace_hash_if(backend, ada, "$hash$1", "$hash$2"));
  CHECK(hash_of(backend, ada) == "$hash$2");
  CHECK_FALSE((*backend.accounts().find(ada))->updated_at);
  CHECK_FALSE(replace_hash_if(backend, ada, "$hash$1", "$hash$3"));
  CHECK_FALSE(replace_hash_if(backend, ada, "$HASH$2", "$hash$3"));
  CHECK_FALSE(replace_hash_if(backend, UserId(999), "$hash$1", "$hash$3"));
  CHECK(hash_of(backend, ada) == "$hash$2");
}

TEMPLATE_TEST_CASE("credentials: of many rehashes at once one is saved", "[contract]",
                   WATCHWORD_CREDENTIAL_STORE_BACKENDS) {
  TestType backend;
  const UserId ada = account_with_hash(backend, "$hash$1");
  auto answers = race([&](int i) {
    return attempt(backend.runner(), [&](Transaction& t) {
      return backend.credentials().replace_if(t, ada, "$hash$1", "$hash$new" + std::to_string(i));
    });
  });
  CHECK(count_of(answers, [](bool saved) { return saved; }) == 1);
}

}  // namespace watchword::contract
