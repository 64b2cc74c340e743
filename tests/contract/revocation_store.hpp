#pragma once

#include <atomic>
#include <set>

#include <watchword/session/revocation.hpp>

#include "contract/support.hpp"

#ifndef WATCHWORD_REVOCATION_STORE_BACKENDS
#error "Define WATCHWORD_REVOCATION_STORE_BACKENDS as the types to hold to the contract."
#endif

/// The contract of session::RevocationStore. Asks a backend for runner() and revocations().
namespace watchword::contract {

using session::NumberedRevocation;
using session::Revocation;

inline Revocation revocation_of(int n, Timestamp expires = kNow + Lifetime::hours(1)) {
  Revocation revocation;
  revocation.kind = Revocation::Kind::session;
  revocation.user = UserId(n);
  revocation.session = id_of<SessionId>(n);
  revocation.expires_at = expires;
  return revocation;
}

template <class Backend>
void record(Backend& backend, const Revocation& revocation) {
  commit(backend.runner(), [&](Transaction& t) { return backend.revocations().record(t, revocation); });
}

template <class Backend>
std::vector<NumberedRevocation> revocations_since(Backend& backend, std::int64_t after, Timestamp now = kNow,
                                                  std::size_t limit = 1000) {
  auto found = backend.revocations().since(after, limit, now);
  REQUIRE(found);
  return found->revocations;
}

TEMPLATE_TEST_CASE("revocations: each kind comes back as it was recorded", "[contract]",
                   WATCHWORD_REVOCATION_STORE_BACKENDS) {
  TestType backend;
  record(backend, revocation_of(1));
  Revocation user;
  user.kind = Revocation::Kind::user;
  user.user = UserId(2);
  user.min_epoch = kNow.milliseconds();
  user.expires_at = kNow + Lifetime::minutes(31);
  record(backend, user);
  user.session = id_of<SessionId>(2);
  record(backend, user);
  auto found = revocations_since(backend, 0);
  REQUIRE(found.size() == 3);
  CHECK(found[0].revocation.kind == Revocation::Kind::session);
  CHECK(found[0].revocation.user == UserId(1));
  CHECK(found[0].revocation.session == id_of<SessionId>(1));
  CHECK(found[1].revocation.kind == Revocation::Kind::user);
  CHECK_FALSE(found[1].revocation.session);
  CHECK(found[1].revocation.min_epoch == kNow.milliseconds());
  CHECK(found[1].revocation.expires_at == kNow + Lifetime::minutes(31));
  CHECK(found[2].revocation.session == id_of<SessionId>(2));
}

TEMPLATE_TEST_CASE("revocations: a reader goes on after the last number it saw", "[contract]",
                   WATCHWORD_REVOCATION_STORE_BACKENDS) {
  TestType backend;
  for (int n = 1; n <= 5; ++n) record(backend, revocation_of(n));
  auto first = revocations_since(backend, 0, kNow, 2);
  REQUIRE(first.size() == 2);
  auto rest = revocations_since(backend, first.back().sequence);
  REQUIRE(rest.size() == 3);
  CHECK(rest[0].revocation.user == UserId(3));
  CHECK(rest[0].sequence > first[1].sequence);
  CHECK(rest[2].sequence > rest[1].sequence);
  CHECK(revocations_since(backend, rest.back().sequence).empty());
}

TEMPLATE_TEST_CASE("revocations: an expired one is not shown", "[contract]", WATCHWORD_REVOCATION_STORE_BACKENDS) {
  TestType backend;
  record(backend, revocation_of(1, kNow + kTick));
  CHECK(revocations_since(backend, 0, kNow).size() == 1);
  CHECK(revocations_since(backend, 0, kNow + kTick).empty());
}

TEMPLATE_TEST_CASE("revocations: one that is rolled back is never seen", "[contract]",
                   WATCHWORD_REVOCATION_STORE_BACKENDS) {
  TestType backend;
  roll_back(backend.runner(), [&](Transaction& t) { return backend.revocations().record(t, revocation_of(1)); });
  CHECK(revocations_since(backend, 0).empty());
  record(backend, revocation_of(2));
  CHECK(revocations_since(backend, 0).size() == 1);
}

TEMPLATE_TEST_CASE("revocations: a page tells the last number also where it is of none shown", "[contract]",
                   WATCHWORD_REVOCATION_STORE_BACKENDS) {
  TestType backend;
  CHECK(backend.revocations().since(0, 10, kNow)->last == 0);
  for (int n = 1; n <= 3; ++n) record(backend, revocation_of(n));
  const auto page = backend.revocations().since(0, 2, kNow);
  REQUIRE(page);
  REQUIRE(page->revocations.size() == 2);
  CHECK(page->last == page->revocations.back().sequence + 1);
  CHECK(backend.revocations().since(page->last, 10, kNow)->last == page->last);
  CHECK(backend.revocations().since(page->last + 9, 10, kNow)->last == page->last);
  CHECK(backend.revocations().since(0, 10, kNow + Lifetime::hours(1))->last == page->last);
}

TEMPLATE_TEST_CASE("revocations: 4.34 everybody's is numbered above whatever a reader may have seen", "[contract]",
                   WATCHWORD_REVOCATION_STORE_BACKENDS) {
  TestType backend;
  record(backend, revocation_of(1));
  const std::int64_t before = backend.revocations().since(0, 10, kNow)->last;
  Revocation everybody = revocation_of(2);
  everybody.kind = Revocation::Kind::everybody;
  record(backend, everybody);
  CHECK(backend.revocations().since(0, 10, kNow)->last == before + session::kRevocationJump);
  CHECK(revocations_since(backend, before).size() == 1);
  record(backend, revocation_of(3));
  CHECK(revocations_since(backend, before + session::kRevocationJump).size() == 1);
}

TEMPLATE_TEST_CASE("revocations: a reader that follows the numbers misses none", "[contract]",
                   WATCHWORD_REVOCATION_STORE_BACKENDS) {
  TestType backend;
  std::atomic<int> writing{kRacers};
  std::set<std::int64_t> followed;
  std::thread reader([&] {
    for (std::int64_t last = 0, done = 0; done < 2;) {
      if (writing.load() == 0) ++done;
      auto found = backend.revocations().since(last, 1000, kNow);
      if (!found) return;
      for (const auto& one : found->revocations) {
        followed.insert(one.revocation.user.value());
        last = one.sequence;
      }
    }
  });
  auto answers = race([&](int i) {
    Result<void> recorded;
    for (int n = 0; n < 4 && recorded; ++n) {
      recorded = attempt(backend.runner(),
                         [&](Transaction& t) { return backend.revocations().record(t, revocation_of(1 + i * 4 + n)); });
    }
    --writing;
    return recorded ? Result<bool>(true) : recorded.error();
  });
  reader.join();
  CHECK(followed.size() == 4 * answers.size());
}

}  // namespace watchword::contract
