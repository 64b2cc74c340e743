#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

std::string update_refusal(World& world, const session::Principal& who, const ProfileUpdate& update) {
  auto updated = world.auth().update_profile(nowhere(), who, update);
  return updated ? "" : std::string(updated.error().code()) + "/" + std::string(updated.error().field());
}

}  // namespace

TEST_CASE("an account is made signed in to and signed out of") {
  World world;
  auto account = world.add("mike");
  CHECK(account.id.value() == 1);
  CHECK(account.is_active);
  auto tokens = world.login("mike");
  CHECK(tokens.user == account.id);
  auto who = world.principal(tokens);
  CHECK(who.user() == account.id);
  CHECK(world.auth().profile(who).value().email == "mike@example.com");
  auto fresh = world.auth().refresh(nowhere(), tokens.refresh.reveal()).value();
  CHECK(world.auth().logout(nowhere(), world.principal(fresh)));
  CHECK(world.refusal(tokens) == "token_revoked");
  CHECK(world.refusal(fresh) == "token_revoked");
  CHECK(world.refresh_refusal(fresh) == "refresh_invalid");
  CHECK(world.auth().logout(nowhere(), who));
}

TEST_CASE("one signs in by name or address in any case") {
  World world;
  auto id = world.add("mike").id;
  for (const char* name : {"mike", "MIKE", "mike@example.com", "Mike@EXAMPLE.com"}) {
    INFO(name);
    CHECK(world.login(name).user == id);
  }
}

TEST_CASE("S4 logout by refresh token ends the session and succeeds for unknown ones") {
  World world;
  world.add("mike");
  auto tokens = world.login("mike");
  auto other = world.login("mike");
  CHECK(world.auth().logout(nowhere(), tokens.refresh.reveal()));
  CHECK(world.refusal(tokens) == "token_revoked");
  CHECK(world.refusal(other) == "");
  CHECK(world.auth().logout(nowhere(), tokens.refresh.reveal()));
  CHECK(world.auth().logout(nowhere(), "wwr_nonsense"));
  CHECK(world.auth().logout(nowhere(), ""));
}

TEST_CASE("S6 logout of all ends every session of the user alone") {
  World world;
  world.add("mike");
  world.add("anna");
  auto first = world.login("mike");
  auto second = world.login("mike");
  auto anna = world.login("anna");
  CHECK(world.auth().logout_all(nowhere(), world.principal(first)));
  CHECK(world.refusal(first) == "token_revoked");
  CHECK(world.refusal(second) == "token_revoked");
  CHECK(world.refresh_refusal(second) == "refresh_invalid");
  CHECK(world.refusal(anna) == "");
  CHECK(world.refusal(world.login("mike")) == "");
}

TEST_CASE("S9 sessions are listed and ended one by one") {
  World world;
  world.add("mike");
  world.add("anna");
  auto first = world.login("mike");
  world.clock.advance(Lifetime::seconds(1));
  auto second = world.login("mike");
  auto who = world.principal(second);
  auto listed = world.auth().sessions(who).value();
  REQUIRE(listed.size() == 2);
  CHECK(listed[0].id == second.session);
  CHECK(listed[0].client_address == "192.0.2.1");
  CHECK(world.auth().end_session(nowhere(), who, first.session));
  CHECK(world.refusal(first) == "token_revoked");
  auto anna = world.login("anna");
  CHECK(world.auth().end_session(nowhere(), who, anna.session).error().code() == "session_unknown");
  CHECK(world.refusal(anna) == "");
}

TEST_CASE("a profile takes new names and refuses those of others") {
  World world;
  world.add("anna");
  world.add("mike");
  auto who = world.principal(world.login("mike"));
  auto updated = world.auth().update_profile(nowhere(), who, {"new@example.com", std::nullopt}).value();
  CHECK(updated.email == "new@example.com");
  CHECK(updated.username == "mike");
  CHECK(world.auth().update_profile(nowhere(), who, {std::nullopt, "Michael"}).value().username == "Michael");
  CHECK(world.login("michael").user == who.user());
  CHECK(update_refusal(world, who, {"ANNA@example.com", std::nullopt}) == "email_taken/email");
  CHECK(update_refusal(world, who, {std::nullopt, "Anna"}) == "username_taken/username");
  CHECK(update_refusal(world, who, {"no address", std::nullopt}) == "email_invalid/email");
  CHECK(update_refusal(world, who, {std::nullopt, "a"}) == "username_too_short/username");
  CHECK(update_refusal(world, who, {}) == "");
  CHECK(world.auth().profile(who).value().email == "new@example.com");
}

TEST_CASE("S5 deactivation ends sessions and codes and refuses everything") {
  World world;
  auto id = world.add("mike").id;
  auto tokens = world.login("mike");
  auto who = world.principal(tokens);
  auto code = world.reset_code("mike@example.com");
  CHECK(world.auth().deactivate(nowhere(), id));
  CHECK(world.refusal(tokens) == "token_revoked");
  CHECK(world.refresh_refusal(tokens) == "refresh_invalid");
  CHECK(world.try_login("mike").error().code() == "credentials_invalid");
  CHECK(world.reset(code).error().code() == "code_invalid");
  CHECK(world.auth().profile(who).error().code() == "account_inactive");
  CHECK(update_refusal(world, who, {std::nullopt, "other"}) == "account_inactive/");
  auto change = world.auth().change_password(nowhere(), who, {password(kPassword), password(kNewPassword)});
  CHECK(change.error().code() == "account_inactive");
  CHECK(world.auth().activate(nowhere(), id));
  CHECK(world.refresh_refusal(tokens) == "refresh_invalid");
  CHECK(world.reset(code).error().code() == "code_invalid");
  CHECK(world.refusal(world.login("mike")) == "");
}

TEST_CASE("an account that is not there is neither activated nor deactivated") {
  World world;
  CHECK(world.auth().activate(nowhere(), UserId(7)).error().code() == "account_unknown");
  CHECK(world.auth().deactivate(nowhere(), UserId(7)).error().code() == "account_unknown");
  CHECK(world.auth().deactivate(nowhere(), UserId(-1)).error().kind() == Errc::not_found);
}
