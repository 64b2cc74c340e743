#include <watchword/session/former_owner.hpp>

#include "session/support.hpp"

using namespace watchword;
using namespace watchword::session;
using namespace watchword::test;

namespace {

struct Fixture {
  Result<void> end(const TokenPair& of) { return world.service->end(world.context, of.user, of.session); }
  bool refreshes(const TokenPair& of) { return world.refresh(of.refresh).has_value(); }
  std::vector<NumberedRevocation> written() {
    return world.revocations->since(0, 100, world.clock.now()).value().revocations;
  }

  World world;
  UserId user = world.add_user();
  TokenPair pair = world.login(user);
};

}  // namespace

TEST_CASE_METHOD(Fixture, "S4 logout ends the session and its tokens at once", "[ending]") {
  auto other = world.login(user);
  end(pair).value();
  CHECK(world.revoked(pair));
  CHECK_FALSE(refreshes(pair));
  CHECK_FALSE(world.revoked(other));
  CHECK(refreshes(other));
  REQUIRE(written().size() == 1);
  CHECK(written().front().revocation.session == pair.session);
  CHECK(world.audit.recorded("session.ended") == 1);
  CHECK(world.audit.noted("session.ended") == 1);
}

TEST_CASE_METHOD(Fixture, "S9 an ended session and one of somebody else are unknown", "[ending]") {
  auto mallory = world.add_user("mallory");
  auto foreign = world.service->end(world.context, mallory, pair.session);
  REQUIRE_FALSE(foreign.has_value());
  CHECK(foreign.error().kind() == Errc::not_found);
  CHECK(foreign.error().code() == "session_unknown");
  CHECK_FALSE(world.revoked(pair));
  end(pair).value();
  CHECK(end(pair).error().code() == "session_unknown");
  CHECK(written().size() == 1);
}

TEST_CASE_METHOD(Fixture, "logout by a refresh token works in every state of it", "[ending]") {
  auto by = [&](const OpaqueToken& token) { world.service->end_by_refresh_token(world.context, token).value(); };
  auto live = world.login(user);
  by(live.refresh);
  CHECK(world.revoked(live));
  auto spent = world.login(user);
  auto successor = world.refreshed(spent.refresh);
  by(spent.refresh);
  CHECK(world.revoked(successor));
  CHECK_FALSE(refreshes(successor));
  auto lost = world.login(user);
  auto superseded = world.refreshed(lost.refresh);
  world.clock.advance(Lifetime::minutes(1));
  auto current = world.refreshed(lost.refresh);
  by(superseded.refresh);
  CHECK(world.revoked(current));
  CHECK(world.live_sessions(user) == 1);
  by(current.refresh);
  by(OpaqueToken::generate(kRefreshPrefix, world.rng).value());
  CHECK(world.live_sessions(user) == 1);
  world.clock.set(pair.refresh_expires_at);
  by(pair.refresh);
  CHECK(world.live_sessions(user) == 0);
}

TEST_CASE_METHOD(Fixture, "S6 logout everywhere ends every session and raises the epoch", "[ending]") {
  auto other = world.login(user);
  auto bob = world.login(world.add_user("bob"));
  auto before = world.standing(user).epoch;
  world.service->end_all(world.context, user).value();
  CHECK(world.standing(user).epoch > before);
  CHECK(world.standing(user).epoch >= world.clock.now().milliseconds());
  for (const auto* ended : {&pair, &other}) {
    CHECK(world.revoked(*ended));
    CHECK_FALSE(refreshes(*ended));
  }
  CHECK_FALSE(world.revoked(bob));
  CHECK(refreshes(bob));
  auto fresh = world.login(user);
  CHECK_FALSE(world.revoked(fresh));
  CHECK(refreshes(fresh));
  CHECK(world.audit.recorded("session.all_ended") == 1);
  CHECK(world.service->end_all(world.context, UserId(999)).error().code() == "account_unknown");
}

TEST_CASE_METHOD(Fixture, "a password change keeps its own session and that session's tokens", "[ending]") {
  auto other = world.login(user);
  world.clock.advance(kTick);
  world.change_password(user, pair.session);
  CHECK_FALSE(world.revoked(pair));
  CHECK(world.revoked(other));
  CHECK_FALSE(refreshes(other));
  auto next = world.refreshed(pair.refresh);
  CHECK_FALSE(world.revoked(next));
  world.change_password(user, next.session);
  CHECK_FALSE(world.revoked(pair));
  CHECK_FALSE(world.revoked(next));
  CHECK(refreshes(next));
  world.service->end_all(world.context, user).value();
  CHECK(world.revoked(pair));
  CHECK(world.revoked(next));
  CHECK_FALSE(refreshes(next));
}

TEST_CASE_METHOD(Fixture, "a kept session ends when another session changes the password", "[ending]") {
  world.change_password(user, pair.session);
  auto other = world.login(user);
  world.change_password(user, other.session);
  CHECK(world.revoked(pair));
  CHECK_FALSE(refreshes(pair));
  CHECK_FALSE(world.revoked(other));
  CHECK(refreshes(other));
}

TEST_CASE_METHOD(Fixture, "only a live session of the user can be kept", "[ending]") {
  auto bob = world.login(world.add_user("bob"));
  CHECK_FALSE(world.change_password(user, bob.session).session.has_value());
  CHECK(world.revoked(pair));
  CHECK(refreshes(bob));
  auto again = world.login(user);
  end(again).value();
  CHECK_FALSE(world.change_password(user, again.session).session.has_value());
}

TEST_CASE_METHOD(Fixture, "ending all in a transaction of an unknown account gives nothing", "[ending]") {
  bool empty = false;
  world.database
      ->run([&](Transaction& transaction) -> Result<void> {
        auto ended = world.service->end_all(transaction, UserId(999), std::nullopt, world.clock.now());
        empty = ended && !ended->has_value();
        return {};
      })
      .value();
  CHECK(empty);
  CHECK(written().empty());
}

TEST_CASE_METHOD(Fixture, "ending everybody ends every session and token issued before", "[ending]") {
  auto bob = world.login(world.add_user("bob"));
  world.service->end_everybody(world.context).value();
  for (const auto* ended : {&pair, &bob}) {
    CHECK(world.revoked(*ended));
    CHECK_FALSE(refreshes(*ended));
    CHECK(world.live_sessions(ended->user) == 0);
  }
  world.clock.advance(Lifetime::seconds(1));
  auto fresh = world.login(user);
  CHECK_FALSE(world.revoked(fresh));
  CHECK(refreshes(fresh));
  CHECK(world.audit.recorded("session.everybody_ended") == 1);
}

TEST_CASE_METHOD(Fixture, "a sign-in that everybody's end overtook leaves no session", "[ending]") {
  auto proof = world.proof(user);
  world.service->end_everybody(world.context).value();
  world.clock.advance(Lifetime::seconds(1));
  auto outcome = world.issuer->start(world.context, proof);
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().code() == "credentials_invalid");
  CHECK(world.live_sessions(user) == 0);
  CHECK(written().size() == 1);
}

TEST_CASE_METHOD(Fixture, "nobody's sessions are not everybody's", "[ending]") {
  auto ended = world.service->end_all(world.context, UserId());
  REQUIRE_FALSE(ended.has_value());
  CHECK(ended.error().code() == "account_unknown");
  CHECK_FALSE(world.revoked(pair));
  CHECK(refreshes(pair));
}

TEST_CASE_METHOD(Fixture, "a revocation outlives every token whatever policy it was issued under", "[ending]") {
  end(pair).value();
  CHECK(written().front().revocation.expires_at >= world.clock.now() + Lifetime::hours(24) + Lifetime::minutes(2));
}

TEST_CASE_METHOD(Fixture, "a former owner's sessions and tokens end and nobody else's", "[ending]") {
  auto succession = make_succession(*world.sessions, *world.revocations, *world.index, world.clock);
  auto bob = world.login(world.add_user("bob"));
  const auto end_former = [&](UserId whose, std::int64_t epoch) {
    return world.database->run([&](Transaction& t) { return succession->end_former(t, whose, epoch); });
  };
  end_former(UserId(), 1).value();
  CHECK(written().empty());
  const std::int64_t epoch = world.standing(user).epoch + 1;
  end_former(user, epoch).value();
  CHECK(world.revoked(pair));
  CHECK_FALSE(refreshes(pair));
  CHECK_FALSE(world.revoked(bob));
  CHECK(refreshes(bob));
  REQUIRE(written().size() == 1);
  CHECK(written().front().revocation.kind == Revocation::Kind::user);
  CHECK(written().front().revocation.user == user);
  CHECK(written().front().revocation.min_epoch == epoch);
}

TEST_CASE_METHOD(Fixture, "another process learns of every ending from the store", "[ending]") {
  auto second = world.login(user);
  auto third = world.login(world.add_user("bob"));
  end(pair).value();
  world.change_password(user, std::nullopt);
  world.service->end_everybody(world.context).value();
  std::vector<bool> seen;
  auto elsewhere = RevocationIndex::create().value();
  for (const auto& numbered : written()) {
    elsewhere->add(numbered.revocation).value();
    for (const auto* ended : {&pair, &second, &third}) {
      seen.push_back(elsewhere->revokes(world.tokens.verifier.verify(ended->access.value, world.clock.now()).value()));
    }
  }
  CHECK(seen == std::vector<bool>{true, false, false, true, true, false, true, true, true});
}

TEST_CASE_METHOD(Fixture, "S9 the list shows live sessions only and newest first", "[ending]") {
  world.clock.advance(Lifetime::seconds(1));
  auto second = world.login(user);
  world.login(world.add_user("bob"));
  auto listed = world.service->list(user).value();
  REQUIRE(listed.size() == 2);
  CHECK(listed[0].id == second.session);
  CHECK(listed[1].id == pair.session);
  end(second).value();
  CHECK(world.live_sessions(user) == 1);
  world.clock.set(listed[1].expires_at);
  CHECK(world.live_sessions(user) == 0);
}

TEST_CASE_METHOD(Fixture, "S1 no token stands in the database", "[ending]") {
  auto second = world.refreshed(pair.refresh);
  static const sql::Statement count(
      "SELECT COUNT(*) FROM watchword_refresh_tokens WHERE instr(CAST(digest AS TEXT), $1) > 0 OR "
      "instr(CAST(successor AS TEXT), $1) > 0 OR instr(CAST(nonce AS TEXT), $1) > 0 OR hex(digest) = $2");
  static const sql::Statement total("SELECT COUNT(*) FROM watchword_refresh_tokens");
  std::int64_t found = -1;
  std::int64_t rows = -1;
  world.database
      ->read([&](sql::Executor& executor) -> Result<void> {
        auto read = executor.query(count, {text_of(second.refresh), text_of(second.refresh)},
                                   [&](const sql::Row& row) -> Result<void> {
                                     found = row.integer(0);
                                     return {};
                                   });
        if (!read) return read.error();
        read = executor.query(total, {}, [&](const sql::Row& row) -> Result<void> {
          rows = row.integer(0);
          return {};
        });
        return read ? Result<void>{} : read.error();
      })
      .value();
  CHECK(rows == 2);
  CHECK(found == 0);
}
