#pragma once

#include <set>

#include "contract/account_backend.hpp"

#ifndef WATCHWORD_ACCOUNT_STORE_BACKENDS
#error "Define WATCHWORD_ACCOUNT_STORE_BACKENDS as the types to hold to the contract."
#endif

/// The contract of account::AccountStore under contention. Asks a backend for runner() and accounts().
namespace watchword::contract {

template <class Backend>
Result<AccountStore::Inserted> try_insert(Backend& backend, const NewAccount& account) {
  return attempt(backend.runner(), [&](Transaction& t) { return backend.accounts().insert(t, account, kNow); });
}

TEMPLATE_TEST_CASE("accounts: 4.19 of many who register one user name at once one gets it", "[contract]",
                   WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  const std::string spellings[] = {"mike", "Mike", "MIKE", "miKE"};
  auto answers = race([&](int i) {
    return try_insert(backend, new_account("racer" + std::to_string(i) + "@example.com", spellings[i % 4]));
  });
  using Inserted = AccountStore::Inserted;
  CHECK(count_of(answers, [](const Inserted& i) { return i.account.has_value(); }) == 1);
  CHECK(count_of(answers, [](const Inserted& i) { return taken_in(i) == "username"; }) == kRacers - 1);
}

TEMPLATE_TEST_CASE("accounts: 4.19 of many who register one address at once one gets it", "[contract]",
                   WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  auto answers = race([&](int i) {
    return try_insert(backend,
                      new_account(i % 2 == 0 ? "mike@example.com" : "MIKE@example.COM", "racer" + std::to_string(i)));
  });
  using Inserted = AccountStore::Inserted;
  CHECK(count_of(answers, [](const Inserted& i) { return i.account.has_value(); }) == 1);
  CHECK(count_of(answers, [](const Inserted& i) { return taken_in(i) == "email"; }) == kRacers - 1);
}

TEMPLATE_TEST_CASE("accounts: many who register at once get ids of their own", "[contract]",
                   WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  auto answers = race([&](int i) {
    const std::string name = "racer" + std::to_string(i);
    return try_insert(backend, new_account(name + "@example.com", name));
  });
  std::set<std::int64_t> ids;
  for (const auto& answer : answers) {
    REQUIRE(answer->account);
    ids.insert(answer->account->id.value());
  }
  CHECK(ids.size() == kRacers);
}

TEMPLATE_TEST_CASE("accounts: of many who change to one name at once one gets it", "[contract]",
                   WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  std::vector<UserId> users;
  for (int i = 0; i < kRacers; ++i) {
    const std::string name = "racer" + std::to_string(i);
    users.push_back(added(backend, name + "@example.com", name).id);
  }
  auto answers = race([&](int i) {
    return attempt(backend.runner(), [&](Transaction& t) {
      return backend.accounts().rename(t, users[static_cast<std::size_t>(i)], username_change("winner"), kNow);
    });
  });
  using Inserted = AccountStore::Inserted;
  CHECK(count_of(answers, [](const Inserted& i) { return i.account.has_value(); }) == 1);
  CHECK(count_of(answers, [](const Inserted& i) { return taken_in(i) == "username"; }) == kRacers - 1);
}

TEMPLATE_TEST_CASE("accounts: S6 every raise of an epoch at once counts", "[contract]",
                   WATCHWORD_ACCOUNT_STORE_BACKENDS) {
  TestType backend;
  const UserId ada = added(backend, "ada@example.com", "ada").id;
  auto answers = race([&](int) {
    return attempt(backend.runner(), [&](Transaction& t) -> Result<std::int64_t> {
      auto standing = backend.accounts().lock_standing(t, ada);
      if (!standing) return standing.error();
      auto raised = backend.accounts().advance_epoch(t, ada, kNow);
      if (!raised) return raised.error();
      // Nobody else may have raised it while the standing was locked.
      return **raised - std::max((*standing)->epoch + 1, kNow.milliseconds()) + 1;
    });
  });
  CHECK(count_of(answers, [](std::int64_t apart) { return apart == 1; }) == kRacers);
  CHECK(standing_of(backend, ada)->epoch >= kNow.milliseconds() + kRacers - 1);
}

}  // namespace watchword::contract
