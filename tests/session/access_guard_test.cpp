#include <functional>

#include <watchword/session/access_guard.hpp>
#include <watchword/session/revocation_feed.hpp>
#include <watchword/session/revocation_index.hpp>

#include "session/faults.hpp"
#include "session/support.hpp"
#include "support/allocations.hpp"

using namespace watchword;
using namespace watchword::session;
using namespace watchword::test;

namespace {

/// Fails or counts what is asked of the accounts and sessions below it.
class WatchedSessions final : public SessionStore {
 public:
  explicit WatchedSessions(SessionStore& inner) : inner_(inner) {}
  Result<std::optional<Session>> find(SessionId id, Timestamp now) noexcept override {
    ++finds;
    if (failing) return store_down();
    return inner_.find(id, now);
  }
  Result<void> insert(Transaction& t, const Session& s) noexcept override { return inner_.insert(t, s); }
  Result<std::vector<Session>> list(UserId user, Timestamp now) noexcept override { return inner_.list(user, now); }
  Result<std::optional<Session>> lock(Transaction& t, SessionId id, Timestamp now) noexcept override {
    return inner_.lock(t, id, now);
  }
  Result<bool> count_rotation(Transaction& t, SessionId id, int limit, Timestamp now) noexcept override {
    return inner_.count_rotation(t, id, limit, now);
  }
  Result<bool> keep(Transaction& t, SessionId id, std::int64_t epoch) noexcept override {
    return inner_.keep(t, id, epoch);
  }
  Result<bool> end(Transaction& t, UserId user, SessionId id) noexcept override { return inner_.end(t, user, id); }
  Result<std::int64_t> end_all(Transaction& t, UserId user, std::optional<SessionId> except) noexcept override {
    return inner_.end_all(t, user, except);
  }
  int finds = 0;
  bool failing = false;

 private:
  SessionStore& inner_;
};

/// Does something between the questions of a check, as another thread may.
class BusyClock final : public Clock {
 public:
  Timestamp now() noexcept override {
    if (meanwhile) meanwhile();
    return Timestamp::from_seconds(1);
  }
  std::function<void()> meanwhile;
};

struct Fixture {
  AccessGuard guard(GuardMode mode) {
    return AccessGuard({world.tokens.verifier, *world.index, *feed, sessions, *world.accounts, world.clock}, mode);
  }
  std::string refusal(GuardMode mode) {
    auto checked = guard(mode).check(pair.access.value);
    return checked ? "" : std::string(checked.error().code());
  }

  World world;
  FakeClock steady;
  WatchedSessions sessions{*world.sessions};
  std::unique_ptr<RevocationFeed> feed = RevocationFeed::start(*world.revocations, *world.index, world.clock, steady,
                                                               null_log(), {Lifetime::hours(1), Lifetime::hours(1)})
                                             .value();
  UserId user = world.add_user();
  TokenPair pair = world.login(user);
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a good token becomes a principal", "[guard]") {
  auto principal = guard(GuardMode::indexed).check(pair.access.value);
  REQUIRE(principal.has_value());
  CHECK(principal->user() == user);
  CHECK(principal->session() == pair.session);
  CHECK(principal->epoch() == world.standing(user).epoch);
  CHECK(principal->expires_at() == pair.access.expires_at);
  CHECK(principal->kind() == Principal::Kind::user);
  CHECK(sessions.finds == 0);
}

TEST_CASE_METHOD(Fixture, "S4 an ended session is refused at once in every mode", "[guard]") {
  world.service->end(world.context, user, pair.session).value();
  for (auto mode : {GuardMode::indexed, GuardMode::closed, GuardMode::strict}) {
    auto checked = guard(mode).check(pair.access.value);
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().code() == "token_revoked");
    CHECK(checked.error().kind() == Errc::unauthenticated);
  }
}

TEST_CASE_METHOD(Fixture, "the verifier refuses before anything else is asked", "[guard]") {
  world.clock.set(pair.access.expires_at);
  CHECK(refusal(GuardMode::strict) == "token_expired");
  CHECK(guard(GuardMode::strict).check("x").error().code() == "token_malformed");
  CHECK(sessions.finds == 0);
}

TEST_CASE_METHOD(Fixture, "C8 a stale feed refuses in mode closed and asks the store in mode indexed", "[guard]") {
  steady.advance(Lifetime::hours(1));
  CHECK(refusal(GuardMode::closed).empty());
  steady.advance(kTick);
  auto closed = guard(GuardMode::closed).check(pair.access.value);
  REQUIRE_FALSE(closed.has_value());
  CHECK(closed.error().code() == "revocations_stale");
  CHECK(closed.error().kind() == Errc::unavailable);
  CHECK(sessions.finds == 0);
  CHECK(refusal(GuardMode::indexed).empty());
  CHECK(sessions.finds == 1);
  sessions.failing = true;
  CHECK(refusal(GuardMode::indexed) == "store_unavailable");
}

TEST_CASE_METHOD(Fixture, "strict mode asks the store at every check", "[guard]") {
  CHECK(refusal(GuardMode::strict).empty());
  CHECK(sessions.finds == 1);
  sessions.failing = true;
  CHECK(refusal(GuardMode::strict) == "store_unavailable");
  sessions.failing = false;
  world.set_active(user, false);
  CHECK(refusal(GuardMode::strict) == "token_revoked");
  CHECK(refusal(GuardMode::indexed).empty());
}

TEST_CASE_METHOD(Fixture, "strict mode refuses what another process ended before the feed tells", "[guard]") {
  auto elsewhere = RevocationIndex::create().value();
  std::swap(elsewhere, world.index);
  world.open_service();
  world.service->end(world.context, user, pair.session).value();
  std::swap(elsewhere, world.index);
  CHECK(refusal(GuardMode::indexed).empty());
  CHECK(refusal(GuardMode::strict) == "token_revoked");
  feed->poll().value();
  CHECK(refusal(GuardMode::indexed) == "token_revoked");
}

TEST_CASE_METHOD(Fixture, "strict mode refuses a session of an earlier epoch than its account's", "[guard]") {
  world.database
      ->run([&](Transaction& transaction) -> Result<void> {
        auto raised = world.accounts->advance_epoch(transaction, user, world.clock.now());
        if (!raised) return raised.error();
        return {};
      })
      .value();
  CHECK(refusal(GuardMode::strict) == "token_revoked");
  CHECK(refusal(GuardMode::indexed).empty());
  CHECK(guard(GuardMode::strict).check(world.login(user).access.value));
}

TEST_CASE_METHOD(Fixture, "a kept session passes strict mode with a token of before", "[guard]") {
  world.change_password(user, pair.session);
  CHECK(refusal(GuardMode::strict).empty());
}

TEST_CASE_METHOD(Fixture, "C8 what a poll brings while a check runs is in force for it", "[guard]") {
  BusyClock clock;
  auto fresh = RevocationFeed::start(*world.revocations, *world.index, world.clock, clock, null_log(),
                                     {Lifetime::hours(1), Lifetime::hours(1)})
                   .value();
  AccessGuard checker({world.tokens.verifier, *world.index, *fresh, sessions, *world.accounts, world.clock},
                      GuardMode::indexed);
  CHECK(checker.check(pair.access.value));
  bool ended = false;
  clock.meanwhile = [&] {
    if (!std::exchange(ended, true)) world.service->end(world.context, user, pair.session).value();
  };
  auto checked = checker.check(pair.access.value);
  CHECK(ended);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code() == "token_revoked");
}

TEST_CASE_METHOD(Fixture, "strict mode refuses a token of somebody else for a live session", "[guard]") {
  auto other = world.add_user("mallory");
  auto forged = world.tokens.issue(other, pair.session, 0, world.clock.now());
  CHECK(guard(GuardMode::strict).check(forged.value).error().code() == "token_revoked");
}

TEST_CASE_METHOD(Fixture, "checking an HS256 token allocates nothing", "[guard]") {
  for (std::uint64_t n = 1; n <= 1000; ++n) {
    Revocation revocation;
    revocation.session = session_id(n);
    revocation.expires_at = world.clock.now() + Lifetime::minutes(31);
    world.index->add(revocation).value();
  }
  for (auto mode : {GuardMode::indexed, GuardMode::closed}) {
    auto checker = guard(mode);
    REQUIRE(checker.check(pair.access.value).has_value());
    long before = allocations();
    bool good = true;
    for (int i = 0; i < 100; ++i) good = checker.check(pair.access.value).has_value() && good;
    CHECK(allocations() == before);
    CHECK(good);
  }
}
