#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

/// Another system deletes alice, and gives her id and her password's hash to bob.
void give_id_to_bob(World& world) {
  world.elsewhere(
      "UPDATE users SET email = 'bob@example.com', username = 'bob', created_at = '2026-02-03 04:05:06'"
      " WHERE id = 1");
}

}  // namespace

TEST_CASE("S5 a token of whoever had a user's id before is good for nothing once the new owner is seen") {
  Setup setup;
  setup.guard = GENERATE(session::GuardMode::indexed, session::GuardMode::closed, session::GuardMode::strict);
  World world(setup);
  REQUIRE(world.add("alice").id == UserId(1));
  auto alice = world.login("alice");
  give_id_to_bob(world);
  auto bob = world.login("bob");
  REQUIRE(bob.user == UserId(1));
  CHECK(world.refusal(alice) == "token_revoked");
  CHECK(world.refresh_refusal(alice) == "refresh_invalid");
  CHECK(world.refusal(bob).empty());
  CHECK(world.auth().sessions(world.principal(bob))->size() == 1);
  CHECK(world.refresh_refusal(bob).empty());
}

TEST_CASE("S5 a token of whoever had a user's id before changes nothing of the new owner's unseen account") {
  World world;
  world.add("alice");
  auto alice = world.principal(world.login("alice"));
  give_id_to_bob(world);
  ProfileUpdate update;
  if (GENERATE(true, false)) update.email = "alice@evil.example";
  update.username = "mallory";
  auto changed = world.auth().update_profile(nowhere(), alice, update);
  REQUIRE_FALSE(changed);
  CHECK(changed.error().code() == "account_inactive");
  CHECK_FALSE(world.auth().change_password(nowhere(), alice, {password(kPassword), password(kNewPassword)}));
  CHECK_FALSE(world.auth().profile(alice));
  CHECK(world.auth().profile(world.principal(world.login("bob")))->email == "bob@example.com");
}

TEST_CASE("S4 logout ends the token also where its session is gone") {
  World world;
  world.add("mike");
  auto tokens = world.login("mike");
  auto principal = world.principal(tokens);
  world.elsewhere("DELETE FROM watchword_sessions");
  CHECK(world.refusal(tokens).empty());
  CHECK(world.auth().logout(nowhere(), principal));
  REQUIRE(world.refusal(tokens) == "token_revoked");
  CHECK(world.auth().logout(nowhere(), principal));
}

TEST_CASE("4.34 what comes back with a backup is ended: sessions, tokens and codes") {
  World world;
  world.add("mike");
  auto tokens = world.login("mike");
  auto code = world.reset_code("mike@example.com");
  REQUIRE(world.product->restored(nowhere()));
  CHECK(world.refusal(tokens) == "token_revoked");
  CHECK(world.refresh_refusal(tokens) == "refresh_invalid");
  CHECK_FALSE(world.reset(code));
  world.clock.advance(Lifetime::seconds(61));
  CHECK(world.refusal(world.login("mike")).empty());
  CHECK(world.reset(world.reset_code("mike@example.com")));
}

TEST_CASE("4.22 no NUL and nothing but UTF-8 reaches a database") {
  World world;
  world.add("mike");
  world.database->trace.take();
  for (std::string_view bad : {std::string_view("mike\0", 5), std::string_view("mi\xFFke", 5)}) {
    const std::string text(bad);
    const int hashes = world.hasher->verified;
    CHECK(world.try_login(text).error().code() == "credentials_invalid");
    CHECK(world.hasher->verified == hashes + 1);
    CHECK_FALSE(world.auth().register_account(nowhere(), {text + "@example.com", "name", password(kPassword)}));
    CHECK_FALSE(world.auth().register_account(nowhere(), {"name@example.com", text, password(kPassword)}));
    CHECK_FALSE(world.auth().request_password_reset(nowhere(), text + "@example.com"));
    CHECK_FALSE(world.reset(text));
  }
  CHECK(world.database->trace.take().empty());
}
