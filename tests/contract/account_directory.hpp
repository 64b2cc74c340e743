#pragma once

#include <watchword/account/account_directory.hpp>

#include "contract/account_backend.hpp"

#ifndef WATCHWORD_ACCOUNT_DIRECTORY_BACKENDS
#error "Define WATCHWORD_ACCOUNT_DIRECTORY_BACKENDS as the types to hold to the contract."
#endif

/// The contract of account::AccountDirectory. Asks a backend for runner(), directory() and accounts().
namespace watchword::contract {

TEMPLATE_TEST_CASE("directory: pages follow the ids until none is left", "[contract]",
                   WATCHWORD_ACCOUNT_DIRECTORY_BACKENDS) {
  TestType backend;
  std::vector<UserId> users;
  for (int i = 0; i < 5; ++i) {
    const std::string name = "user" + std::to_string(i);
    users.push_back(added(backend, name + "@example.com", name).id);
  }
  set_active(backend, users[1], false);
  std::vector<Account> seen;
  for (UserId last;;) {
    auto page = backend.directory().list(last, 2);
    REQUIRE(page);
    CHECK(page->size() <= 2);
    if (page->empty()) break;
    seen.insert(seen.end(), page->begin(), page->end());
    last = page->back().id;
  }
  REQUIRE(seen.size() == 5);
  for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i].id == users[i]);
  CHECK(seen[0].email == "user0@example.com");
  CHECK_FALSE(seen[1].is_active);
  auto none = backend.directory().list(UserId(), 0);
  REQUIRE(none);
  CHECK(none->empty());
}

}  // namespace watchword::contract
