#include "session/faults.hpp"

#include "session/support.hpp"

using namespace watchword;
using namespace watchword::session;
using namespace watchword::test;

namespace {

using Fault = FaultyRunner::Fault;

struct Fixture {
  Fixture() { world.open_service(&runner); }
  void expect_failure(const Result<void>& done) {
    REQUIRE_FALSE(done.has_value());
    CHECK((done.error().kind() == Errc::unavailable || done.error().kind() == Errc::outcome_unknown));
  }
  Result<void> refresh(const OpaqueToken& token) {
    auto next = world.refresh(token);
    return next ? Result<void>{} : next.error();
  }
  /// Runs `attempt` with each of its statements failing in turn, then with none.
  template <class Attempt>
  int fail_each_statement(Attempt attempt) {
    runner.fault = Fault::statement;
    for (runner.statements = 0;; ++runner.statements) {
      runner.statement_failed = false;
      auto done = attempt();
      if (!runner.statement_failed) {
        CHECK(done.has_value());
        runner.fault = Fault::none;
        return runner.statements;
      }
      expect_failure(done);
      CHECK(world.live_sessions(user) == 1);
      CHECK_FALSE(world.revoked(pair));
    }
  }

  World world;
  FaultyRunner runner{*world.database};
  UserId user = world.add_user();
  TokenPair pair = world.login(user);
};

}  // namespace

TEST_CASE_METHOD(Fixture, "S8 a refresh that did not commit spends nothing", "[faults]") {
  for (auto fault : {Fault::down, Fault::commit_fails, Fault::commit_unknown}) {
    runner.fault = fault;
    expect_failure(refresh(pair.refresh));
  }
  runner.fault = Fault::none;
  world.clock.advance(Lifetime::minutes(1));
  auto second = world.refreshed(pair.refresh);
  CHECK(text_of(world.refreshed(pair.refresh).refresh) == text_of(second.refresh));
  CHECK(world.audit.recorded("session.theft") == 0);
}

TEST_CASE_METHOD(Fixture, "S8 a refresh whose answer was lost is retried to the one successor", "[faults]") {
  runner.fault = Fault::answer_lost;
  auto lost = world.refresh(pair.refresh);
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error().kind() == Errc::outcome_unknown);
  runner.fault = Fault::none;
  auto second = world.refreshed(pair.refresh);
  CHECK(text_of(world.refreshed(pair.refresh).refresh) == text_of(second.refresh));
  CHECK(world.refresh(second.refresh).has_value());
  CHECK(world.live_sessions(user) == 1);
}

TEST_CASE_METHOD(Fixture, "work that runs twice decides anew", "[faults]") {
  runner.fault = Fault::work_repeated;
  auto second = world.refreshed(pair.refresh);
  CHECK(text_of(world.refreshed(pair.refresh).refresh) == text_of(second.refresh));
  world.refreshed(second.refresh);
  world.clock.advance(Lifetime::minutes(1));
  CHECK(world.refusal(pair.refresh) == "refresh_invalid");
  CHECK(world.live_sessions(user) == 0);
  CHECK(world.revocations->since(0, 10, world.clock.now()).value().revocations.size() == 1);
  auto other = world.login(user);
  world.service->end(world.context, user, other.session).value();
  CHECK(world.revoked(other));
  world.login(user);
  world.service->end_all(world.context, user).value();
  CHECK(world.live_sessions(user) == 0);
}

TEST_CASE_METHOD(Fixture, "C8 a refresh fails with whichever statement fails and spends nothing", "[faults]") {
  CHECK(fail_each_statement([&] { return refresh(pair.refresh); }) >= 6);
  CHECK(fail_each_statement([&] { return refresh(pair.refresh); }) >= 4);
  world.clock.advance(Lifetime::minutes(1));
  CHECK(fail_each_statement([&] { return refresh(pair.refresh); }) >= 6);
  CHECK(world.audit.recorded("session.theft") == 0);
}

TEST_CASE_METHOD(Fixture, "C8 a theft that cannot be written is an error and stays to be noticed", "[faults]") {
  auto second = world.refreshed(pair.refresh);
  world.refreshed(second.refresh);
  world.clock.advance(Lifetime::minutes(1));
  runner.fault = Fault::statement;
  runner.statements = 4;
  for (;; ++runner.statements) {
    auto code = world.refusal(pair.refresh);
    if (!runner.statement_failed) {
      CHECK(code == "refresh_invalid");
      break;
    }
    REQUIRE(code == "store_unavailable");
    CHECK(world.live_sessions(user) == 1);
  }
  CHECK(world.live_sessions(user) == 0);
  CHECK(world.revoked(pair));
}

TEST_CASE_METHOD(Fixture, "70 an ending that was not written is never reported as done", "[faults]") {
  auto all_ways = [&](auto expect) {
    expect(world.service->end(world.context, user, pair.session));
    expect(world.service->end_by_refresh_token(world.context, pair.refresh));
    expect(world.service->end_all(world.context, user));
    expect(world.service->end_everybody(world.context));
  };
  for (auto fault : {Fault::down, Fault::commit_fails, Fault::commit_unknown}) {
    runner.fault = fault;
    all_ways([&](const Result<void>& done) {
      expect_failure(done);
      CHECK(world.live_sessions(user) == 1);
      CHECK_FALSE(world.revoked(pair));
    });
  }
}

TEST_CASE_METHOD(Fixture, "70 logout fails with whichever statement fails", "[faults]") {
  CHECK(fail_each_statement([&] { return world.service->end(world.context, user, pair.session); }) >= 3);
  CHECK(world.revoked(pair));
  pair = world.login(user);
  CHECK(fail_each_statement([&] { return world.service->end_by_refresh_token(world.context, pair.refresh); }) >= 5);
  pair = world.login(user);
  CHECK(fail_each_statement([&] { return world.service->end_all(world.context, user); }) >= 4);
  CHECK(world.revoked(pair));
  CHECK(world.live_sessions(user) == 0);
}

TEST_CASE_METHOD(Fixture, "an audit sink that fails undoes the change", "[faults]") {
  world.audit.fail(true);
  expect_failure(world.service->end(world.context, user, pair.session));
  expect_failure(world.service->end_all(world.context, user));
  expect_failure(world.service->end_everybody(world.context));
  world.audit.fail(false);
  CHECK(world.live_sessions(user) == 1);
  CHECK(world.refresh(pair.refresh).has_value());
}

TEST_CASE_METHOD(Fixture, "S8 a refresh that cannot draw or sign spends nothing", "[faults]") {
  for (int calls = 0; calls < 2; ++calls) {
    world.rng.fail_after(calls);
    CHECK(world.refusal(pair.refresh) == "rng_failed");
  }
  world.rng.fail_after(-1);
  world.clock.advance(Lifetime::minutes(1));
  auto second = world.refreshed(pair.refresh);
  CHECK(text_of(world.refreshed(pair.refresh).refresh) == text_of(second.refresh));
}
