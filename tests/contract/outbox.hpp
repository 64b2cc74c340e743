#pragma once

#include <set>

#include <watchword/mail/outbox.hpp>

#include "contract/support.hpp"

#ifndef WATCHWORD_OUTBOX_BACKENDS
#error "Define WATCHWORD_OUTBOX_BACKENDS as the types to hold to the contract."
#endif

/// The contract of mail::Outbox. Asks a backend for runner() and outbox().
namespace watchword::contract {

using mail::OutboxEntry;

inline constexpr Lifetime kLease = Lifetime::minutes(2);
inline constexpr Lifetime kMailLife = Lifetime::hours(1);

inline OutboxEntry mail_of(int n, Timestamp created = kNow) {
  OutboxEntry entry;
  entry.id = id_of<RecordId>(n);
  entry.kind = "password_reset";
  entry.user = UserId(n);
  entry.to = "Zoë+" + std::to_string(n) + "@example.com";
  entry.subject_id = id_of<RecordId>(1000 + n);
  entry.created_at = created;
  entry.expires_at = created + kMailLife;
  return entry;
}

template <class Backend>
void enqueue(Backend& backend, const OutboxEntry& entry) {
  commit(backend.runner(), [&](Transaction& t) { return backend.outbox().enqueue(t, entry); });
}

template <class Backend>
std::vector<OutboxEntry> claim_mail(Backend& backend, Timestamp now, int limit = 100) {
  return commit(backend.runner(), [&](Transaction& t) { return backend.outbox().claim(t, now, kLease, limit); });
}

TEMPLATE_TEST_CASE("outbox: a claim gives what was enqueued and counts the attempt", "[contract]",
                   WATCHWORD_OUTBOX_BACKENDS) {
  TestType backend;
  enqueue(backend, mail_of(1));
  auto claimed = claim_mail(backend, kNow);
  REQUIRE(claimed.size() == 1);
  CHECK(claimed[0].id == id_of<RecordId>(1));
  CHECK(claimed[0].kind == "password_reset");
  CHECK(claimed[0].user == UserId(1));
  CHECK(claimed[0].to == "Zoë+1@example.com");
  CHECK(claimed[0].subject_id == id_of<RecordId>(1001));
  CHECK(claimed[0].created_at == kNow);
  CHECK(claimed[0].expires_at == kNow + kMailLife);
  CHECK(claimed[0].attempts == 1);
}

TEMPLATE_TEST_CASE("outbox: a claimed entry is nobody else's until its lease ends", "[contract]",
                   WATCHWORD_OUTBOX_BACKENDS) {
  TestType backend;
  enqueue(backend, mail_of(1));
  REQUIRE(claim_mail(backend, kNow).size() == 1);
  CHECK(claim_mail(backend, kNow).empty());
  CHECK(claim_mail(backend, kNow + kLease - kTick).empty());
  auto again = claim_mail(backend, kNow + kLease);
  REQUIRE(again.size() == 1);
  CHECK(again[0].attempts == 2);
}

TEMPLATE_TEST_CASE("outbox: a postponed entry is due at its time", "[contract]", WATCHWORD_OUTBOX_BACKENDS) {
  TestType backend;
  const Timestamp next = kNow + Lifetime::minutes(10);
  enqueue(backend, mail_of(1));
  REQUIRE(claim_mail(backend, kNow).size() == 1);
  commit(backend.runner(), [&](Transaction& t) { return backend.outbox().postpone(t, id_of<RecordId>(1), next); });
  CHECK(claim_mail(backend, next - kTick).empty());
  CHECK(claim_mail(backend, next).size() == 1);
}

TEMPLATE_TEST_CASE("outbox: 4.15 mail goes on after a clock that was ahead was set back", "[contract]",
                   WATCHWORD_OUTBOX_BACKENDS) {
  TestType backend;
  const Timestamp ahead = kNow + Lifetime::days(2);
  const Timestamp longest = kNow + kLease + mail::kMostPostponed;
  enqueue(backend, mail_of(1, ahead));
  enqueue(backend, mail_of(2, longest));
  auto claimed = claim_mail(backend, kNow);
  REQUIRE(claimed.size() == 1);
  CHECK(claimed[0].id == id_of<RecordId>(1));
  CHECK(claim_mail(backend, kNow).empty());
  CHECK(claim_mail(backend, kNow + kLease).size() == 1);
  CHECK(claim_mail(backend, longest).size() == 2);
}

TEMPLATE_TEST_CASE("outbox: what is removed is gone", "[contract]", WATCHWORD_OUTBOX_BACKENDS) {
  TestType backend;
  enqueue(backend, mail_of(1));
  enqueue(backend, mail_of(2));
  commit(backend.runner(), [&](Transaction& t) { return backend.outbox().remove(t, id_of<RecordId>(1)); });
  commit(backend.runner(), [&](Transaction& t) { return backend.outbox().remove(t, id_of<RecordId>(99)); });
  auto claimed = claim_mail(backend, kNow);
  REQUIRE(claimed.size() == 1);
  CHECK(claimed[0].id == id_of<RecordId>(2));
}

TEMPLATE_TEST_CASE("outbox: nothing is claimed once it has expired", "[contract]", WATCHWORD_OUTBOX_BACKENDS) {
  TestType backend;
  enqueue(backend, mail_of(1));
  enqueue(backend, mail_of(2, kNow + kTick));
  auto claimed = claim_mail(backend, kNow + kMailLife);
  REQUIRE(claimed.size() == 1);
  CHECK(claimed[0].id == id_of<RecordId>(2));
  // What had expired does not come back with an earlier time.
  for (const auto& entry : claim_mail(backend, kNow)) CHECK(entry.id == id_of<RecordId>(2));
}

TEMPLATE_TEST_CASE("outbox: a claim takes the limit and leaves the rest", "[contract]", WATCHWORD_OUTBOX_BACKENDS) {
  TestType backend;
  for (int n = 1; n <= 5; ++n) enqueue(backend, mail_of(n, kNow + Lifetime::seconds(n)));
  const Timestamp later = kNow + Lifetime::minutes(1);
  CHECK(claim_mail(backend, later, 0).empty());
  auto first = claim_mail(backend, later, 2);
  REQUIRE(first.size() == 2);
  CHECK(first[0].id == id_of<RecordId>(1));
  CHECK(first[1].id == id_of<RecordId>(2));
  CHECK(claim_mail(backend, later, 100).size() == 3);
}

TEMPLATE_TEST_CASE("outbox: 4.26 mail is there only if its cause was committed", "[contract]",
                   WATCHWORD_OUTBOX_BACKENDS) {
  TestType backend;
  roll_back(backend.runner(), [&](Transaction& t) { return backend.outbox().enqueue(t, mail_of(1)); });
  CHECK(claim_mail(backend, kNow).empty());
}

TEMPLATE_TEST_CASE("outbox: many senders at once get every entry once", "[contract]", WATCHWORD_OUTBOX_BACKENDS) {
  TestType backend;
  for (int n = 1; n <= 3 * kRacers; ++n) enqueue(backend, mail_of(n));
  auto answers = race([&](int) {
    return attempt(backend.runner(), [&](Transaction& t) { return backend.outbox().claim(t, kNow, kLease, 3); });
  });
  std::set<RecordId> seen;
  std::size_t claimed = 0;
  for (const auto& answer : answers) {
    claimed += answer->size();
    for (const auto& entry : *answer) seen.insert(entry.id);
  }
  CHECK(seen.size() == claimed);
  for (const auto& entry : claim_mail(backend, kNow)) seen.insert(entry.id);
  CHECK(seen.size() == 3 * kRacers);
}

}  // namespace watchword::contract
