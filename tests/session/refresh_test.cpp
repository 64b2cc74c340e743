#include "session/support.hpp"

using namespace watchword;
using namespace watchword::session;
using namespace watchword::test;

namespace {

struct Fixture {
  bool stolen() { return world.audit.recorded("session.theft") == 1 && world.live_sessions(user) == 0; }
  bool alive() { return world.audit.recorded("session.theft") == 0 && world.live_sessions(user) == 1; }
  void expect_refused(const OpaqueToken& token, std::string_view reason) {
    CHECK(world.refusal(token) == "refresh_invalid");
    CHECK(world.audit.last_reason() == reason);
  }

  World world;
  UserId user = world.add_user();
  TokenPair first = world.login(user);
};

constexpr Lifetime kWindow = Lifetime::seconds(30);
constexpr Lifetime kJustWithin = Lifetime::microseconds(kWindow.microseconds() - 1);
constexpr Lifetime kJustBeyond = Lifetime::microseconds(kWindow.microseconds() + 1);

}  // namespace

TEST_CASE_METHOD(Fixture, "S7 a refresh gives a new pair of the same session", "[refresh]") {
  world.clock.advance(Lifetime::minutes(10));
  auto second = world.refreshed(first.refresh);
  CHECK(second.session == first.session);
  CHECK(second.user == user);
  CHECK(text_of(second.refresh) != text_of(first.refresh));
  CHECK(second.refresh_expires_at == world.clock.now() + Lifetime::days(7));
  auto token = world.tokens.verifier.verify(second.access.value, world.clock.now()).value();
  CHECK(token.session() == first.session);
  CHECK(token.assurance().authenticated_at == world.clock.now() - Lifetime::minutes(10));
  CHECK(world.service->list(user).value().front().last_used_at == world.clock.now());
  auto third = world.refreshed(second.refresh);
  CHECK(text_of(third.refresh) != text_of(second.refresh));
}

TEST_CASE_METHOD(Fixture, "a retry gets the same successor and a fresh access token until the window ends",
                 "[refresh]") {
  auto second = world.refreshed(first.refresh);
  world.clock.advance(kJustWithin);
  auto retried = world.refreshed(first.refresh);
  CHECK(text_of(retried.refresh) == text_of(second.refresh));
  CHECK(retried.refresh_expires_at == second.refresh_expires_at);
  CHECK(retried.access.value != second.access.value);
  world.clock.advance(kTick);
  auto later = world.refreshed(first.refresh);
  CHECK(text_of(later.refresh) != text_of(second.refresh));
  CHECK(alive());
}

TEST_CASE_METHOD(Fixture, "a lost reply goes on after a second and after a day", "[refresh]") {
  for (Lifetime wait : {Lifetime::seconds(1), kWindow, kJustBeyond, Lifetime::days(1)}) {
    auto token = world.login(user);
    auto lost = world.refreshed(token.refresh);
    world.clock.advance(wait);
    auto got = world.refreshed(token.refresh);
    CHECK((text_of(got.refresh) == text_of(lost.refresh)) == (wait < kWindow));
    world.clock.advance(Lifetime::minutes(5));
    CHECK(world.refresh(got.refresh).has_value());
  }
  CHECK(world.audit.recorded("session.theft") == 0);
}

TEST_CASE_METHOD(Fixture, "a reply that was lost twice goes on", "[refresh]") {
  auto lost = world.refreshed(first.refresh);
  world.clock.advance(Lifetime::days(1));
  auto lost_again = world.refreshed(first.refresh);
  world.clock.advance(Lifetime::days(1));
  auto got = world.refreshed(first.refresh);
  CHECK(text_of(got.refresh) != text_of(lost_again.refresh));
  CHECK(text_of(world.refreshed(first.refresh).refresh) == text_of(got.refresh));
  CHECK(world.refresh(got.refresh).has_value());
  CHECK(alive());
}

TEST_CASE_METHOD(Fixture, "S7 a token whose successor was presented is theft once the window has passed", "[refresh]") {
  auto second = world.refreshed(first.refresh);
  auto third = world.refreshed(second.refresh);
  world.clock.advance(kJustWithin);
  expect_refused(first.refresh, "successor_presented");
  CHECK(alive());
  world.clock.advance(kTick);
  expect_refused(first.refresh, "successor_presented");
  CHECK(stolen());
  CHECK(world.audit.noted("session.theft") == 1);
  CHECK(world.revoked(third));
  expect_refused(third.refresh, "unknown");
  expect_refused(first.refresh, "unknown");
}

TEST_CASE_METHOD(Fixture, "S7 a superseded token is theft once the window has passed", "[refresh]") {
  auto victim = world.refreshed(first.refresh);
  world.clock.advance(Lifetime::hours(1));
  auto thief = world.refreshed(first.refresh);
  world.clock.advance(kJustWithin);
  expect_refused(victim.refresh, "superseded");
  CHECK(alive());
  world.clock.advance(kTick);
  expect_refused(victim.refresh, "superseded");
  CHECK(stolen());
  CHECK(world.revoked(thief));
  expect_refused(thief.refresh, "unknown");
}

TEST_CASE_METHOD(Fixture, "a thief who comes before the victim is noticed when the victim comes", "[refresh]") {
  auto thief = world.refreshed(first.refresh);
  auto thief_again = world.refreshed(thief.refresh);
  world.clock.advance(Lifetime::minutes(20));
  expect_refused(first.refresh, "successor_presented");
  CHECK(stolen());
  expect_refused(thief_again.refresh, "unknown");
  CHECK(world.revoked(thief_again));
}

TEST_CASE_METHOD(Fixture, "a theft is written for other processes", "[refresh]") {
  auto second = world.refreshed(first.refresh);
  world.refreshed(second.refresh);
  world.clock.advance(Lifetime::minutes(1));
  CHECK(world.refusal(first.refresh) == "refresh_invalid");
  auto written = world.revocations->since(0, 10, world.clock.now()).value().revocations;
  REQUIRE(written.size() == 1);
  CHECK(written.front().revocation.kind == Revocation::Kind::session);
  CHECK(written.front().revocation.session == first.session);
  CHECK(written.front().revocation.expires_at == world.clock.now() + kRevocationLife);
}

TEST_CASE_METHOD(Fixture, "4.15 a theft is noticed after a clock that was ahead was set back", "[refresh]") {
  world.clock.advance(Lifetime::days(1));
  auto second = world.refreshed(first.refresh);
  auto third = world.refreshed(second.refresh);
  SECTION("by more than the window") {
    world.clock.advance(Lifetime::hours(-12));
    expect_refused(first.refresh, "successor_presented");
    CHECK(stolen());
    expect_refused(third.refresh, "unknown");
  }
  SECTION("by no more than it") {
    world.clock.advance(Lifetime::seconds(-30));
    expect_refused(first.refresh, "successor_presented");
    CHECK(alive());
  }
}

TEST_CASE_METHOD(Fixture, "parallel tabs that share a token go on", "[refresh]") {
  auto tab_one = world.refreshed(first.refresh);
  auto tab_two = world.refreshed(first.refresh);
  CHECK(text_of(tab_one.refresh) == text_of(tab_two.refresh));
  auto next_one = world.refreshed(tab_one.refresh);
  auto next_two = world.refreshed(tab_two.refresh);
  CHECK(text_of(next_one.refresh) == text_of(next_two.refresh));
  expect_refused(first.refresh, "successor_presented");
  CHECK(alive());
}

TEST_CASE_METHOD(Fixture, "96 a refresh token lives seven days and not a tick more", "[refresh]") {
  world.clock.set(first.refresh_expires_at - kTick);
  auto second = world.refreshed(first.refresh);
  CHECK(second.refresh_expires_at == world.clock.now() + Lifetime::days(7));
  world.clock.set(second.refresh_expires_at);
  expect_refused(second.refresh, "expired");
  world.clock.advance(kTick);
  expect_refused(second.refresh, "expired");
  CHECK(alive());
}

TEST_CASE_METHOD(Fixture, "S3 no refresh passes the end of the session after ninety days", "[refresh]") {
  Timestamp end = world.clock.now() + Lifetime::days(90);
  TokenPair pair = std::move(first);
  while (world.clock.now() + Lifetime::days(6) < end) {
    world.clock.advance(Lifetime::days(6));
    pair = world.refreshed(pair.refresh);
    CHECK(pair.refresh_expires_at <= end);
  }
  CHECK(pair.refresh_expires_at == end);
  world.clock.set(end - kTick);
  pair = world.refreshed(pair.refresh);
  CHECK(pair.refresh_expires_at == end);
  world.clock.set(end);
  expect_refused(pair.refresh, "expired");
  CHECK(world.live_sessions(user) == 0);
}

TEST_CASE_METHOD(Fixture, "rotations are limited to sixty an hour and none is spent beyond", "[refresh]") {
  Timestamp began = world.clock.now();
  TokenPair pair = std::move(first);
  for (int i = 0; i < 60; ++i) pair = world.refreshed(pair.refresh);
  auto refused = world.refresh(pair.refresh);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind() == Errc::rate_limited);
  CHECK(refused.error().code() == "refresh_too_often");
  CHECK(refused.error().retry_after() > Lifetime{});
  world.clock.set(began + Lifetime::hours(1) - kTick);
  CHECK(world.refusal(pair.refresh) == "refresh_too_often");
  world.clock.set(began + Lifetime::hours(1));
  CHECK(world.refresh(pair.refresh).has_value());
  CHECK(alive());
}

TEST_CASE_METHOD(Fixture, "drawing a lost successor anew counts as a rotation", "[refresh]") {
  world.options.policy.rotations_per_hour = 2;
  world.open_service();
  world.refreshed(first.refresh);
  world.clock.advance(kWindow);
  auto got = world.refreshed(first.refresh);
  world.clock.advance(kWindow);
  CHECK(world.refusal(first.refresh) == "refresh_too_often");
  CHECK(alive());
  world.clock.advance(Lifetime::hours(1));
  CHECK(world.refresh(got.refresh).has_value());
}

TEST_CASE_METHOD(Fixture, "98 a deactivated account refreshes nothing and a retry passes the same checks",
                 "[refresh]") {
  auto second = world.refreshed(first.refresh);
  world.set_active(user, false);
  expect_refused(first.refresh, "account_inactive");
  expect_refused(second.refresh, "account_inactive");
  CHECK(alive());
}

TEST_CASE_METHOD(Fixture, "a retry of an ended session gets nothing", "[refresh]") {
  world.refreshed(first.refresh);
  world.service->end(world.context, user, first.session).value();
  expect_refused(first.refresh, "unknown");
}

TEST_CASE_METHOD(Fixture, "an unknown token is refused and changes nothing", "[refresh]") {
  auto forged = OpaqueToken::generate(kRefreshPrefix, world.rng).value();
  expect_refused(forged, "unknown");
  CHECK(alive());
}

TEST_CASE_METHOD(Fixture, "a lost successor that has been purged is drawn anew", "[refresh]") {
  world.options.policy.refresh_lifetime = Lifetime::minutes(1);
  world.open_service();
  auto lost = world.refreshed(first.refresh);
  world.clock.advance(Lifetime::minutes(1));
  CHECK(session::purge(*world.database, {}, world.clock.now(), 100).value() == 1);
  expect_refused(lost.refresh, "unknown");
  auto got = world.refreshed(first.refresh);
  CHECK(world.refresh(got.refresh).has_value());
  CHECK(alive());
}

TEST_CASE_METHOD(Fixture, "a retry whose successor has expired gets nothing", "[refresh]") {
  world.options.policy.refresh_lifetime = Lifetime::minutes(1);
  world.options.policy.retry_window = Lifetime::minutes(5);
  world.open_service();
  auto lost = world.refreshed(first.refresh);
  world.clock.set(lost.refresh_expires_at - kTick);
  CHECK(world.refresh(first.refresh).has_value());
  world.clock.advance(kTick);
  expect_refused(first.refresh, "successor_gone");
  CHECK(alive());
}

TEST_CASE_METHOD(Fixture, "a missing derivation key means signing in again and never theft", "[refresh]") {
  auto second = world.refreshed(first.refresh);
  world.options.refresh_key_ids = {"k2"};
  world.open_service();
  expect_refused(first.refresh, "key_missing");
  CHECK(alive());
  CHECK(world.refresh(second.refresh).has_value());
}

TEST_CASE_METHOD(Fixture, "a retired derivation key still gives the same successor", "[refresh]") {
  auto second = world.refreshed(first.refresh);
  world.options.refresh_key_ids = {"k2", "k1"};
  world.open_service();
  CHECK(text_of(world.refreshed(first.refresh).refresh) == text_of(second.refresh));
  auto third = world.refreshed(second.refresh);
  world.options.refresh_key_ids = {"k2"};
  world.open_service();
  CHECK(text_of(world.refreshed(second.refresh).refresh) == text_of(third.refresh));
}

TEST_CASE_METHOD(Fixture, "4.15 a clock that is set back neither kills a session nor prolongs it for ever",
                 "[refresh]") {
  auto second = world.refreshed(first.refresh);
  world.clock.advance(Lifetime::hours(-1));
  // Nobody can say how long ago the first use was; so the reply was lost.
  auto again = world.refreshed(first.refresh);
  CHECK(text_of(again.refresh) != text_of(second.refresh));
  auto third = world.refreshed(again.refresh);
  CHECK(third.refresh_expires_at == world.clock.now() + Lifetime::days(7));
  CHECK(alive());
  world.clock.advance(Lifetime::days(-365));
  auto fourth = world.refreshed(third.refresh);
  CHECK(fourth.refresh_expires_at == world.clock.now() + Lifetime::days(7));
  CHECK(alive());
}

TEST_CASE_METHOD(Fixture, "4.15 a clock that jumps ahead and back does not end a session for good", "[refresh]") {
  world.clock.advance(Lifetime::days(3650));
  expect_refused(first.refresh, "expired");
  world.clock.advance(Lifetime::days(-3650));
  CHECK(world.refresh(first.refresh).has_value());
}

TEST_CASE_METHOD(Fixture, "without a retry window every retry draws anew and any reuse is theft at once", "[refresh]") {
  world.options.policy.retry_window = Lifetime{};
  world.open_service();
  auto second = world.refreshed(first.refresh);
  auto retried = world.refreshed(first.refresh);
  CHECK(text_of(second.refresh) != text_of(retried.refresh));
  expect_refused(second.refresh, "superseded");
  CHECK(stolen());
}

TEST_CASE("rotation never keeps the token and ends it after seven days", "[refresh]") {
  WorldOptions options;
  options.policy.rotation = Rotation::never;
  World world(std::move(options));
  auto user = world.add_user();
  auto pair = world.login(user);
  Timestamp end = world.clock.now() + Lifetime::days(7);
  CHECK(world.service->list(user).value().front().expires_at == end);
  for (int i = 0; i < 100; ++i) {
    world.clock.advance(Lifetime::minutes(31));
    auto again = world.refreshed(pair.refresh);
    CHECK(text_of(again.refresh) == text_of(pair.refresh));
    CHECK(again.refresh_expires_at == end);
  }
  world.clock.set(end - kTick);
  CHECK(world.refresh(pair.refresh).has_value());
  world.clock.set(end);
  CHECK(world.refusal(pair.refresh) == "refresh_invalid");
  CHECK(world.audit.recorded("session.theft") == 0);
}

TEST_CASE_METHOD(Fixture, "unusable policies and keys are refused", "[refresh]") {
  auto code = [&](void (*change)(SessionPolicy&), const std::vector<std::string>& keys) {
    SessionPolicy policy;
    change(policy);
    SessionIssuer::Parts issuing{
        *world.database, *world.accounts, *world.sessions, *world.refresh_tokens, *world.tokens.issuer, world.audit,
        nullptr,         world.clock,     world.rng};
    auto made = SessionService::create({issuing, *world.revocations, *world.index}, policy, refresh_keys(keys));
    return made ? "" : std::string(made.error().code());
  };
  CHECK(code([](SessionPolicy&) {}, {"a", "b"}).empty());
  CHECK(code([](SessionPolicy&) {}, {}) == "refresh_keys");
  CHECK(code([](SessionPolicy&) {}, {"a", "a"}) == "refresh_keys");
  CHECK(code([](SessionPolicy&) {}, {""}) == "refresh_keys");
  CHECK(code([](SessionPolicy&) {}, {std::string(33, 'a')}) == "refresh_keys");
  CHECK(code([](SessionPolicy& p) { p.refresh_lifetime = Lifetime{}; }, {"a"}) == "session_policy");
  CHECK(code([](SessionPolicy& p) { p.session_lifetime = Lifetime::days(401); }, {"a"}) == "session_policy");
  CHECK(code([](SessionPolicy& p) { p.retry_window = Lifetime::seconds(-1); }, {"a"}) == "session_policy");
  CHECK(code([](SessionPolicy& p) { p.retry_window = Lifetime::seconds(301); }, {"a"}) == "session_policy");
  CHECK(code([](SessionPolicy& p) { p.rotations_per_hour = 0; }, {"a"}) == "session_policy");
}
