#pragma once

#include <set>

#include "contract/account_backend.hpp"

#ifndef WATCHWORD_ACCOUNT_STORE_BACKENDS
#error "Define WATCHWORD_ACCOUNT_STORE_BACKENDS as the types to hold to the contract."
#endif

/// The contract of account::AccountStore. Asks a backend for runner() and accounts().
namespace watchword::contract {

TEMPLATE_TEST_CASE("accounts: a new account comes back as it was put", "[contract]", WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  Account account = added(backend, "Ada@Example.org", "Ada");
  CHECK(account.id.value() >= 1);
  auto found = backend.accounts().find(account.id);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->email == "Ada@Example.org");
  CHECK((*found)->username == "Ada");
  CHECK((*found)->is_active);
  CHECK((*found)->created_at == kNow);
  CHECK_FALSE((*found)->updated_at);
  auto nobody = backend.accounts().find(UserId(account.id.value() + 1));
  REQUIRE(nobody);
  CHECK_FALSE(*nobody);
}

TEMPLATE_TEST_CASE("accounts: 4.23 an account is found by either name in any spelling of it", "[contract]",
                   WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  const std::int64_t ada = added(backend, "Ada@bücher.example", "Zoë").id.value();
  for (const char* typed : {"Ada@bücher.example", "ADA@BÜCHER.EXAMPLE", "ada@xn--bcher-kva.example", "Zoë", "ZOË",
                            "zoe\xCC\x88", "\xEF\xBC\xBA\x6F\xC3\xAB"}) {
    CAPTURE(typed);
    CHECK(login(backend, typed) == ada);
  }
  CHECK(mailbox(backend, "aDa@Bücher.example") == ada);
  CHECK(login(backend, "zoe") == 0);
  CHECK(login(backend, "ada@example.org") == 0);
  CHECK(mailbox(backend, "eve@bücher.example") == 0);
}

TEMPLATE_TEST_CASE("accounts: 4.23 names are taken in any spelling and the address is told first", "[contract]",
                   WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  added(backend, "mike@example.com", "mike");
  added(backend, "zoe@example.com", "zo\xC3\xAB");
  const auto try_names = [&](const char* email, const char* username) {
    return taken_in(insert_account(backend, new_account(email, username)));
  };
  CHECK(try_names("MIKE@Example.COM", "other") == "email");
  CHECK(try_names("mike@example.com", "mike") == "email");
  CHECK(try_names("new@example.com", "MIKE") == "username");
  CHECK(try_names("new@example.com", "ZOE\xCC\x88") == "username");
  CHECK(try_names("new@example.com", "m\xC3\xAFke") == "");
  CHECK(login(backend, "other") == 0);
}

TEMPLATE_TEST_CASE("accounts: S5 an id that is rolled back or refused is no other account's", "[contract]",
                   WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  const std::int64_t first = added(backend, "a@example.com", "name-a").id.value();
  CHECK(taken_in(insert_account(backend, new_account("a@example.com", "name-b"))) == "email");
  roll_back(backend.runner(),
            [&](Transaction& t) { return backend.accounts().insert(t, new_account("b@example.com", "name-b"), kNow); });
  CHECK(login(backend, "name-b") == 0);
  CHECK(added(backend, "b@example.com", "name-b").id.value() > first);
}

TEMPLATE_TEST_CASE("accounts: a change of names keeps what it does not name", "[contract]",
                   WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  const Timestamp later = kNow + Lifetime::hours(1);
  const UserId ada = added(backend, "ada@example.com", "ada").id;
  auto renamed = rename(backend, ada, email_change("lovelace@example.com"), later);
  REQUIRE(renamed.account);
  CHECK(renamed.account->email == "lovelace@example.com");
  CHECK(renamed.account->username == "ada");
  CHECK(renamed.account->created_at == kNow);
  CHECK(renamed.account->updated_at == later);
  CHECK(login(backend, "ADA@example.com") == 0);
  CHECK(login(backend, "LOVELACE@example.com") == ada.value());
  CHECK(login(backend, "ada") == ada.value());
  REQUIRE(rename(backend, ada, username_change("countess")).account);
  CHECK(login(backend, "ada") == 0);
  CHECK(login(backend, "Countess") == ada.value());
  CHECK(added(backend, "ada@example.com", "ada").id != ada);
}

TEMPLATE_TEST_CASE("accounts: a name of somebody else is refused and one's own may change its spelling", "[contract]",
                   WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  const UserId ada = added(backend, "ada@example.com", "ada").id;
  added(backend, "bob@example.com", "bob");
  CHECK(taken_in(rename(backend, ada, email_change("BOB@example.com"))) == "email");
  CHECK(taken_in(rename(backend, ada, username_change("Bob"))) == "username");
  CHECK(login(backend, "ada@example.com") == ada.value());
  auto respelt = rename(backend, ada, email_change("Ada@Example.com"));
  REQUIRE(respelt.account);
  CHECK(respelt.account->email == "Ada@Example.com");
  auto nobody = rename(backend, UserId(999), email_change("eve@example.com"));
  CHECK_FALSE(nobody.account);
  CHECK_FALSE(nobody.taken);
  CHECK(mailbox(backend, "eve@example.com") == 0);
}

TEMPLATE_TEST_CASE("accounts: an account is closed and opened again", "[contract]", WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  const Timestamp later = kNow + Lifetime::hours(1);
  const UserId ada = added(backend, "ada@example.com", "ada").id;
  CHECK(standing_of(backend, ada)->is_active);
  CHECK(set_active(backend, ada, false, later));
  CHECK_FALSE(standing_of(backend, ada)->is_active);
  auto found = backend.accounts().find(ada);
  REQUIRE(found);
  CHECK_FALSE((*found)->is_active);
  CHECK((*found)->updated_at == later);
  CHECK(set_active(backend, ada, true, later));
  CHECK(standing_of(backend, ada)->is_active);
  CHECK_FALSE(set_active(backend, UserId(999), true));
  CHECK_FALSE(standing_of(backend, UserId(999)));
}

TEMPLATE_TEST_CASE("accounts: S6 an epoch only rises and follows the clock where that is ahead", "[contract]",
                   WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  const UserId ada = added(backend, "ada@example.com", "ada").id;
  const std::int64_t first = standing_of(backend, ada)->epoch;
  const Timestamp later = kNow + Lifetime::hours(1);
  CHECK(first <= kNow.milliseconds());
  CHECK(advance_epoch(backend, ada, later) == later.milliseconds());
  CHECK(advance_epoch(backend, ada, later) == later.milliseconds() + 1);
  CHECK(advance_epoch(backend, ada, kNow) == later.milliseconds() + 2);
  CHECK(advance_epoch(backend, ada, later + Lifetime::milliseconds(3)) == later.milliseconds() + 3);
  CHECK(standing_of(backend, ada)->epoch == later.milliseconds() + 3);
  CHECK_FALSE(advance_epoch(backend, UserId(999), later));
}

TEMPLATE_TEST_CASE("accounts: 4.34 nobody's epoch is everybody's", "[contract]", WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  const UserId ada = added(backend, "ada@example.com", "ada").id;
  const UserId bob = added(backend, "bob@example.com", "bob").id;
  const Timestamp later = kNow + Lifetime::hours(1);
  REQUIRE(advance_epoch(backend, bob, later + Lifetime::hours(1)));
  const std::int64_t high = standing_of(backend, bob)->epoch;
  CHECK(advance_epoch(backend, UserId(), later) == later.milliseconds());
  CHECK(standing_of(backend, ada)->epoch == later.milliseconds());
  CHECK(standing_of(backend, bob)->epoch == high + 1);
  CHECK(advance_epoch(backend, UserId(), later) == later.milliseconds());
  CHECK(standing_of(backend, ada)->epoch == later.milliseconds() + 1);
}

TEMPLATE_TEST_CASE("accounts: a look-up tells the epoch", "[contract]", WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  const Account ada = added(backend, "ada@example.com", "ada");
  CHECK(ada.epoch == standing_of(backend, ada.id)->epoch);
  const auto raised = advance_epoch(backend, ada.id, kNow + Lifetime::hours(1));
  CHECK((*backend.accounts().find(ada.id))->epoch == raised);
  CHECK((*backend.accounts().find_by_login(LoginName::parse("ada").value()))->epoch == raised);
}

TEMPLATE_TEST_CASE("accounts: a change of nothing reads the account", "[contract]", WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  const UserId ada = added(backend, "ada@example.com", "ada").id;
  auto read = rename(backend, ada, ProfileChange{}, kNow + Lifetime::hours(1));
  REQUIRE(read.account);
  CHECK(read.account->email == "ada@example.com");
  CHECK_FALSE(read.account->updated_at);
  CHECK_FALSE(rename(backend, UserId(999), ProfileChange{}).account);
}

}  // namespace watchword::contract
