#include <atomic>
#include <random>
#include <thread>

#include <watchword/session/revocation_index.hpp>

#include "session/support.hpp"
#include "session/user_bound.hpp"

using namespace watchword;
using namespace watchword::session;
using namespace watchword::test;

namespace {

struct Fixture {
  Revocation of_session(std::uint64_t n, Lifetime life = Lifetime::minutes(31)) {
    Revocation revocation;
    revocation.session = session_id(n);
    revocation.expires_at = now + life;
    return revocation;
  }
  Revocation of_user(std::int64_t user, std::int64_t epoch, std::optional<SessionId> exempt = {}) {
    Revocation revocation;
    revocation.kind = Revocation::Kind::user;
    revocation.user = UserId(user);
    revocation.session = exempt;
    revocation.min_epoch = epoch;
    revocation.expires_at = now + Lifetime::minutes(31);
    return revocation;
  }
  bool revoked(std::int64_t user, std::uint64_t session, std::int64_t epoch) {
    return index->revokes(tokens.verified(UserId(user), session_id(session), epoch, now));
  }

  SeededRng rng;
  Tokens tokens{rng};
  Timestamp now = FakeClock().now();
  std::unique_ptr<RevocationIndex> index = RevocationIndex::create().value();
};

}  // namespace

TEST_CASE_METHOD(Fixture, "S4 tokens of a revoked session are refused and no others", "[index]") {
  CHECK_FALSE(revoked(1, 0, 0));
  index->add(of_session(7)).value();
  CHECK(revoked(1, 7, 0));
  CHECK(revoked(2, 7, 99));
  CHECK_FALSE(revoked(1, 8, 0));
  CHECK_FALSE(revoked(1, 0, 0));
  index->add(of_session(0)).value();
  CHECK(revoked(1, 0, 0));
}

TEST_CASE_METHOD(Fixture, "S6 tokens of a user below the epoch are refused", "[index]") {
  index->add(of_user(5, 100)).value();
  CHECK(revoked(5, 1, 99));
  CHECK_FALSE(revoked(5, 1, 100));
  CHECK_FALSE(revoked(5, 1, 101));
  CHECK_FALSE(revoked(6, 1, 1));
}

TEST_CASE_METHOD(Fixture, "an exempt session keeps what no other revocation ends", "[index]") {
  index->add(of_user(5, 100)).value();
  index->add(of_user(5, 200, session_id(1))).value();
  CHECK(revoked(5, 1, 99));
  CHECK_FALSE(revoked(5, 1, 100));
  CHECK_FALSE(revoked(5, 1, 200));
  CHECK(revoked(5, 2, 199));
  CHECK_FALSE(revoked(5, 2, 200));

  index->add(of_user(5, 300)).value();
  CHECK(revoked(5, 1, 299));
  CHECK_FALSE(revoked(5, 1, 300));
}

TEST_CASE_METHOD(Fixture, "a session that an earlier change kept ends with a later one that keeps another", "[index]") {
  index->add(of_user(5, 100, session_id(1))).value();
  index->add(of_user(5, 200, session_id(2))).value();
  CHECK(revoked(5, 1, 100));
  CHECK(revoked(5, 1, 199));
  CHECK_FALSE(revoked(5, 2, 100));
  CHECK(revoked(5, 2, 99));
}

TEST_CASE("combined bounds say the same as all revocations one by one in any order", "[index]") {
  std::mt19937 random(7);
  auto pick = [&random](unsigned n) { return static_cast<std::int64_t>(random() % n); };
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::pair<std::int64_t, std::optional<SessionId>>> entries;
    for (std::int64_t i = 0, n = 1 + pick(6); i < n; ++i) {
      std::int64_t session = pick(4);
      entries.emplace_back(
          1 + pick(5), session == 0 ? std::nullopt : std::optional(session_id(static_cast<std::uint64_t>(session))));
    }
    entries.push_back(entries.front());
    UserBound bound;
    for (const auto& [epoch, kept] : entries) bound.add(epoch, kept);
    for (std::int64_t epoch = 0; epoch < 7; ++epoch) {
      for (std::uint64_t session = 1; session < 5; ++session) {
        bool expected = std::any_of(entries.begin(), entries.end(), [&](const auto& entry) {
          return epoch < entry.first && !(entry.second && *entry.second == session_id(session));
        });
        REQUIRE(bound.revokes(epoch, session_id(session)) == expected);
      }
    }
  }
}

TEST_CASE_METHOD(Fixture, "tokens of everybody issued before the bound are refused", "[index]") {
  Revocation everybody;
  everybody.kind = Revocation::Kind::everybody;
  everybody.min_epoch = now.milliseconds();
  everybody.expires_at = now + Lifetime::minutes(31);
  index->add(everybody).value();
  auto issued_at = [&](Timestamp when) { return tokens.verified(UserId(1), session_id(1), 1, when); };
  CHECK(index->revokes(issued_at(now - Lifetime::seconds(1))));
  CHECK_FALSE(index->revokes(issued_at(now)));
  CHECK_FALSE(index->revokes(issued_at(now + Lifetime::seconds(1))));
  everybody.min_epoch -= 5000;
  index->add(everybody).value();
  CHECK(index->revokes(issued_at(now - Lifetime::seconds(1))));
  CHECK(index->size() == 1);
  index->purge(everybody.expires_at).value();
  CHECK_FALSE(index->revokes(issued_at(now - Lifetime::seconds(1))));
  CHECK(index->size() == 0);
}

TEST_CASE_METHOD(Fixture, "expired revocations are forgotten when they expire and not a tick before", "[index]") {
  index->add(of_session(1, Lifetime::seconds(10))).value();
  index->add(of_session(2, Lifetime::seconds(20))).value();
  index->add(of_user(5, 100, session_id(3))).value();
  index->add(of_session(1, Lifetime::seconds(5))).value();
  CHECK(index->size() == 3);
  index->purge(now + Lifetime::seconds(10) - kTick).value();
  CHECK(revoked(1, 1, 0));
  index->purge(now + Lifetime::seconds(10)).value();
  CHECK_FALSE(revoked(1, 1, 0));
  CHECK(revoked(1, 2, 0));
  CHECK(revoked(5, 2, 99));
  CHECK_FALSE(revoked(5, 3, 99));
  CHECK(index->size() == 2);
}

TEST_CASE_METHOD(Fixture, "a revocation that is added again lasts until its latest end", "[index]") {
  index->add(of_session(1, Lifetime::seconds(10))).value();
  index->add(of_session(1, Lifetime::seconds(20))).value();
  index->purge(now + Lifetime::seconds(20) - kTick).value();
  CHECK(revoked(1, 1, 0));
  CHECK(index->size() == 1);
}

TEST_CASE_METHOD(Fixture, "many exemptions of many users survive growth", "[index]") {
  for (std::int64_t user = 1; user <= 300; ++user) {
    for (std::int64_t epoch = 1; epoch <= 3; ++epoch) {
      index->add(of_user(user, epoch * 10, session_id(static_cast<std::uint64_t>(user)))).value();
    }
  }
  CHECK(index->size() == 300);
  for (std::int64_t user = 1; user <= 300; user += 13) {
    CHECK_FALSE(revoked(user, static_cast<std::uint64_t>(user), 1));
    CHECK(revoked(user, 1000, 29));
    CHECK_FALSE(revoked(user, 1000, 30));
  }
}

TEST_CASE_METHOD(Fixture, "revocations take at most 64 MiB a million when just grown", "[index]") {
  constexpr std::int64_t kJustGrown = 3 * 32768 + 1;
  std::mt19937_64 random(3);
  std::vector<std::uint64_t> some;
  for (std::int64_t i = 1; i <= kJustGrown; ++i) {
    std::uint64_t n = random();
    if (i % 10000 == 0) some.push_back(n);
    index->add(of_session(n)).value();
    index->add(of_user(i, 100)).value();
  }
  CHECK(index->size() == 2 * kJustGrown);
  CHECK(index->memory() <= (std::size_t{64} << 20) * 2 * kJustGrown / 1000000);
  for (std::uint64_t n : some) CHECK(revoked(kJustGrown + 1, n, 100));
  CHECK(revoked(kJustGrown, 1, 99));
  CHECK_FALSE(revoked(kJustGrown + 1, 1, 99));
  index->purge(now + Lifetime::minutes(31)).value();
  CHECK(index->size() == 0);
  CHECK(index->memory() < std::size_t{64} << 10);
}

TEST_CASE_METHOD(Fixture, "readers see no gap while the index grows and is purged", "[index]") {
  index->add(of_session(1)).value();
  index->add(of_user(9, 50, session_id(4))).value();
  auto ended = tokens.verified(UserId(1), session_id(1), 0, now);
  auto kept = tokens.verified(UserId(9), session_id(4), 1, now);
  auto other = tokens.verified(UserId(9), session_id(5), 49, now);
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        if (!index->revokes(ended) || index->revokes(kept) || !index->revokes(other)) ++wrong;
      }
    });
  }
  for (std::uint64_t round = 0; round < 12; ++round) {
    for (std::uint64_t n = 0; n < 200; ++n) {
      index->add(of_session(1000 + round * 200 + n, Lifetime::seconds(1))).value();
      auto epoch = static_cast<std::int64_t>(50 + round * 200 + n);
      index->add(of_user(9, epoch, session_id(4))).value();
      index->add(of_user(static_cast<std::int64_t>(100 + n), epoch, session_id(n))).value();
    }
    index->purge(now + Lifetime::seconds(1)).value();
  }
  stop = true;
  for (auto& reader : readers) reader.join();
  CHECK(wrong == 0);
  index->purge(now + Lifetime::hours(1)).value();
  CHECK(index->memory() < std::size_t{64} << 10);
}
