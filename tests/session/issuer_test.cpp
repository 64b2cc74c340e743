#include "session/faults.hpp"
#include "session/support.hpp"

using namespace watchword;
using namespace watchword::session;
using namespace watchword::test;

namespace {

struct Fixture {
  Result<LoginOutcome> start(const SessionIssuer::Proof& proof) { return world.issuer->start(world.context, proof); }
  void expect_refused(const SessionIssuer::Proof& proof, std::string_view reason) {
    auto outcome = start(proof);
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().kind() == Errc::unauthenticated);
    CHECK(outcome.error().code() == "credentials_invalid");
    CHECK(world.audit.last_reason() == reason);
    CHECK(world.live_sessions(proof.user) == 0);
  }

  World world;
  UserId user = world.add_user();
};

class FixedClaims final : public ExtraClaims {
 public:
  Result<std::vector<ExtraClaim>> claims_for(UserId user, SessionId) noexcept override {
    ++calls;
    asked_for = user;
    if (failing) return Error(Errc::unavailable, "claims_failed", "The test's claims fail.");
    return std::vector<ExtraClaim>{{"plan", "\"gold\""}};
  }
  int calls = 0;
  bool failing = false;
  UserId asked_for;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a session starts with its tokens and its row", "[issuer]") {
  auto pair = world.login(user);
  auto listed = world.service->list(user).value();
  REQUIRE(listed.size() == 1);
  const Session& session = listed.front();
  CHECK(session.id == pair.session);
  CHECK(session.user == user);
  CHECK(session.epoch == world.standing(user).epoch);
  CHECK(session.created_at == world.clock.now());
  CHECK(session.expires_at == world.clock.now() + Lifetime::days(90));
  CHECK(session.client_address == "192.0.2.1");
  CHECK(session.device == "laptop");
  CHECK(pair.refresh_expires_at == world.clock.now() + Lifetime::days(7));
  CHECK(text_of(pair.refresh).substr(0, 4) == "wwr_");
  auto token = world.tokens.verifier.verify(pair.access.value, world.clock.now()).value();
  CHECK(token.user() == user);
  CHECK(token.session() == pair.session);
  CHECK(token.epoch() == session.epoch);
  CHECK(world.audit.recorded("session.started") == 1);
  CHECK(world.audit.noted("session.started") == 1);
}

TEST_CASE_METHOD(Fixture, "S2 every sign-in makes a session and tokens of its own", "[issuer]") {
  auto first = world.login(user);
  auto second = world.login(user);
  CHECK(first.session != second.session);
  CHECK(text_of(first.refresh) != text_of(second.refresh));
  CHECK(world.live_sessions(user) == 2);
}

TEST_CASE_METHOD(Fixture, "S5 an inactive account gets no session", "[issuer]") {
  auto proof = world.proof(user);
  world.set_active(user, false);
  expect_refused(proof, "account_inactive");
}

TEST_CASE_METHOD(Fixture, "4.21 a proof from before the epoch rose opens nothing", "[issuer]") {
  auto proof = world.proof(user);
  world.clock.advance(kTick);
  world.change_password(user, std::nullopt);
  expect_refused(proof, "epoch_risen");
  CHECK(start(world.proof(user)).has_value());
}

TEST_CASE_METHOD(Fixture, "an account that is gone gets no session", "[issuer]") {
  expect_refused({UserId(999), 0, {}}, "unknown_user");
}

TEST_CASE_METHOD(Fixture, "what the client says of itself is cut and cleaned", "[issuer]") {
  world.context.client_address = std::string(100, '1');
  world.context.user_agent = std::string(255, 'a') + "\xC3\xA9";
  world.context.device = std::string("a\0b\nc\xFF", 6);
  world.login(user);
  auto session = world.service->list(user).value().front();
  CHECK(session.client_address.size() == 64);
  CHECK(session.user_agent == std::string(255, 'a'));
  CHECK(session.device == "a?b?c?");
}

TEST_CASE_METHOD(Fixture, "the host's claims stand in the token", "[issuer]") {
  FixedClaims claims;
  world.extra_claims = &claims;
  world.open_service();
  auto pair = world.login(user);
  auto payload = verify_jws(pair.access.value, signing_keys(), "at+jwt").value();
  CHECK(payload.find("\"plan\":\"gold\"") != std::string::npos);
  auto again = world.refreshed(pair.refresh);
  payload = verify_jws(again.access.value, signing_keys(), "at+jwt").value();
  CHECK(payload.find("\"plan\":\"gold\"") != std::string::npos);
  CHECK(claims.calls == 2);
  CHECK(claims.asked_for == user);

  claims.failing = true;
  CHECK(world.refusal(again.refresh) == "claims_failed");
  CHECK(start(world.proof(user)).error().code() == "claims_failed");
  CHECK(world.live_sessions(user) == 1);
  claims.failing = false;
  CHECK(world.refusal(again.refresh).empty());
}

TEST_CASE_METHOD(Fixture, "no randomness means no session", "[issuer]") {
  auto proof = world.proof(user);
  for (int calls = 0; calls < 3; ++calls) {
    world.rng.fail_after(calls);
    auto outcome = start(proof);
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().code() == "rng_failed");
  }
  world.rng.fail_after(-1);
  CHECK(world.live_sessions(user) == 0);
}

TEST_CASE_METHOD(Fixture, "S8 a failed start leaves nothing and a lost answer is looked for", "[issuer]") {
  FaultyRunner runner(*world.database);
  world.open_service(&runner);
  using Fault = FaultyRunner::Fault;
  for (auto fault : {Fault::down, Fault::commit_fails}) {
    runner.fault = fault;
    CHECK(start(world.proof(user)).error().code() == "store_unavailable");
    CHECK(world.live_sessions(user) == 0);
  }
  runner.fault = Fault::commit_unknown;
  CHECK(start(world.proof(user)).error().kind() == Errc::outcome_unknown);
  CHECK(world.live_sessions(user) == 0);
  runner.fault = Fault::answer_lost;
  CHECK(start(world.proof(user)).has_value());
  runner.fault = Fault::work_repeated;
  CHECK(start(world.proof(user)).has_value());
  CHECK(world.live_sessions(user) == 2);
}

TEST_CASE_METHOD(Fixture, "C8 a start fails with whichever statement fails", "[issuer]") {
  FaultyRunner runner(*world.database);
  world.open_service(&runner);
  auto proof = world.proof(user);
  runner.fault = FaultyRunner::Fault::statement;
  for (runner.statements = 0;; ++runner.statements) {
    auto outcome = start(proof);
    if (!runner.statement_failed) {
      CHECK(outcome.has_value());
      break;
    }
    REQUIRE_FALSE(outcome.has_value());
    CHECK(world.live_sessions(user) == 0);
  }
  CHECK(runner.statements >= 3);
  world.audit.fail(true);
  CHECK(start(proof).error().code() == "store_unavailable");
  CHECK(world.live_sessions(user) == 1);
}

TEST_CASE("an access token does not outlive its session", "[issuer]") {
  WorldOptions options;
  options.policy.session_lifetime = Lifetime::minutes(40);
  World world(std::move(options));
  const Timestamp end = world.clock.now() + Lifetime::minutes(40);
  auto first = world.login(world.add_user());
  CHECK(first.access.expires_at == world.clock.now() + Lifetime::minutes(30));
  CHECK(first.access.lifetime == Lifetime::minutes(30));
  world.clock.advance(Lifetime::minutes(25));
  auto last = world.refreshed(first.refresh);
  CHECK(last.access.expires_at == end);
  CHECK(last.access.lifetime == Lifetime::minutes(15));
  CHECK(world.tokens.verifier.verify(last.access.value, end - Lifetime::seconds(1)));
  CHECK_FALSE(world.tokens.verifier.verify(last.access.value, end));
}
