#include <functional>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

/// Two users, one of whom is signed in twice and has an open reset code; the events of getting there are forgotten.
struct Stage final {
  Stage() {
    anna = world.add("anna").id;
    mike = world.add("mike").id;
    tokens = world.login("mike");
    other = world.login("mike");
    code = world.reset_code("mike@example.com");
    world.clock.advance(Lifetime::seconds(61));
    world.trail.take();
  }
  AuthService& auth() { return world.auth(); }
  session::Principal who() { return world.principal(tokens); }
  void change(std::string_view current, std::string_view replacement) {
    static_cast<void>(auth().change_password(nowhere(), who(), {password(current), password(replacement)}));
  }
  void update(std::optional<std::string> email, std::optional<std::string> username) {
    static_cast<void>(auth().update_profile(nowhere(), who(), {std::move(email), std::move(username)}));
  }
  /// A principal whose account was deactivated meanwhile.
  session::Principal late() {
    auto principal = who();
    world.auth().deactivate(nowhere(), mike).value();
    world.trail.take();
    return principal;
  }

  World world;
  UserId anna, mike;
  session::TokenPair tokens, other;
  std::string code;
};

/// What an operation does, and the events that it must leave, in order: "+name" recorded in the transaction, "name"
/// noted, "name!reason" noted as refused.
struct Golden final {
  const char* operation;
  std::function<void(Stage&)> act;
  const char* events;
};

template <class Operation>
auto ignoring(Operation operation) {
  return [operation](Stage& s) { static_cast<void>(operation(s)); };
}

void check(const std::vector<Golden>& table) {
  for (const auto& golden : table) {
    INFO(golden.operation);
    Stage stage;
    golden.act(stage);
    CHECK(stage.world.trail.take() == golden.events);
  }
}

}  // namespace

TEST_CASE("A1 the golden list: registration and login") {
  check({
      {"register", [](Stage& s) { s.world.add("ned"); }, "+registration registration"},
      {"register, taken name", ignoring([](Stage& s) {
         return s.auth().register_account(nowhere(), {"x@example.com", "Mike", password(kPassword)});
       }),
       "registration!username_taken"},
      {"register, taken address", ignoring([](Stage& s) {
         return s.auth().register_account(nowhere(), {"MIKE@example.com", "ned", password(kPassword)});
       }),
       "registration!email_taken"},
      {"register, bad password", ignoring([](Stage& s) {
         return s.auth().register_account(nowhere(), {"x@example.com", "ned", password("short")});
       }),
       "registration!password_too_short"},
      {"login", [](Stage& s) { s.world.login("mike"); }, "+session.started session.started login"},
      {"login, wrong password", ignoring([](Stage& s) { return s.world.try_login("mike", "wrong-password"); }),
       "login!wrong_password"},
      {"login, unknown user", ignoring([](Stage& s) { return s.world.try_login("nobody"); }), "login!unknown_user"},
      {"login, inactive", ignoring([](Stage& s) { return s.late(), s.world.try_login("mike"); }),
       "login!inactive_user"},
      {"login, too long", ignoring([](Stage& s) { return s.world.try_login("mike", std::string(2000, 'x')); }),
       "login!over_long"},
  });
}

TEST_CASE("A1 the golden list: refreshes") {
  check({
      {"refresh", ignoring([](Stage& s) { return s.auth().refresh(nowhere(), s.tokens.refresh.reveal()); }),
       "session.refreshed"},
      {"refresh, retried",
       [](Stage& s) {
         static_cast<void>(s.auth().refresh(nowhere(), s.tokens.refresh.reveal()));
         s.world.trail.take();
         static_cast<void>(s.auth().refresh(nowhere(), s.tokens.refresh.reveal()));
       },
       "session.refreshed"},
      {"refresh, stolen",
       [](Stage& s) {
         auto next = s.auth().refresh(nowhere(), s.tokens.refresh.reveal()).value();
         static_cast<void>(s.auth().refresh(nowhere(), next.refresh.reveal()));
         s.world.clock.advance(Lifetime::seconds(31));
         s.world.trail.take();
         static_cast<void>(s.auth().refresh(nowhere(), s.tokens.refresh.reveal()));
       },
       "+session.theft session.theft!successor_presented"},
      {"refresh, malformed", ignoring([](Stage& s) { return s.auth().refresh(nowhere(), "nonsense"); }),
       "session.refreshed!malformed"},
      {"refresh, unknown",
       ignoring([](Stage& s) { return s.auth().refresh(nowhere(), "wwr_" + std::string(43, 'A')); }),
       "session.refreshed!unknown"},
  });
}

TEST_CASE("A1 the golden list: ends of sessions") {
  check({
      {"logout", ignoring([](Stage& s) { return s.auth().logout(nowhere(), s.who()); }),
       "+session.ended session.ended logout"},
      {"logout, again",
       [](Stage& s) {
         auto who = s.who();
         s.auth().logout(nowhere(), who).value();
         s.world.trail.take();
         s.auth().logout(nowhere(), who).value();
       },
       "+session.ended session.ended logout"},
      {"logout by refresh token",
       ignoring([](Stage& s) { return s.auth().logout(nowhere(), s.tokens.refresh.reveal()); }),
       "+session.ended session.ended"},
      {"logout by refresh token, malformed", ignoring([](Stage& s) { return s.auth().logout(nowhere(), "nonsense"); }),
       ""},
      {"logout by refresh token, unknown",
       ignoring([](Stage& s) { return s.auth().logout(nowhere(), "wwr_" + std::string(43, 'A')); }), ""},
      {"logout_all", ignoring([](Stage& s) { return s.auth().logout_all(nowhere(), s.who()); }),
       "+session.all_ended session.all_ended logout_all"},
      {"logout_all, inactive", ignoring([](Stage& s) { return s.auth().logout_all(nowhere(), s.late()); }),
       "+session.all_ended session.all_ended logout_all"},
      {"sessions", ignoring([](Stage& s) { return s.auth().sessions(s.who()); }), ""},
      {"end_session", ignoring([](Stage& s) { return s.auth().end_session(nowhere(), s.who(), s.other.session); }),
       "+session.ended session.ended"},
      {"end_session, another's",
       [](Stage& s) {
         auto anna = s.world.login("anna");
         s.world.trail.take();
         static_cast<void>(s.auth().end_session(nowhere(), s.who(), anna.session));
       },
       "session.ended!session_unknown"},
  });
}

TEST_CASE("A1 the golden list: profile and operator") {
  check({
      {"profile", ignoring([](Stage& s) { return s.auth().profile(s.who()); }), ""},
      {"profile, inactive", ignoring([](Stage& s) { return s.auth().profile(s.late()); }), ""},
      {"update_profile", [](Stage& s) { s.update("new@example.com", std::nullopt); },
       "+profile.updated profile.updated"},
      {"update_profile, nothing", [](Stage& s) { s.update(std::nullopt, std::nullopt); }, ""},
      {"update_profile, taken", [](Stage& s) { s.update(std::nullopt, "Anna"); }, "profile.updated!username_taken"},
      {"update_profile, invalid", [](Stage& s) { s.update("nonsense", std::nullopt); },
       "profile.updated!email_invalid"},
      {"update_profile, inactive", ignoring([](Stage& s) {
         return s.auth().update_profile(nowhere(), s.late(), {std::nullopt, "ned"});
       }),
       "profile.updated!account_inactive"},
      {"activate", ignoring([](Stage& s) { return s.auth().activate(nowhere(), s.mike); }),
       "+account.activated account.activated"},
      {"activate, unknown", ignoring([](Stage& s) { return s.auth().activate(nowhere(), UserId(99)); }),
       "account.activated!account_unknown"},
      {"deactivate", ignoring([](Stage& s) { return s.auth().deactivate(nowhere(), s.mike); }),
       "+account.deactivated account.deactivated"},
      {"deactivate, unknown", ignoring([](Stage& s) { return s.auth().deactivate(nowhere(), UserId(99)); }),
       "account.deactivated!account_unknown"},
  });
}

TEST_CASE("A1 the golden list: passwords") {
  check({
      {"change_password", [](Stage& s) { s.change(kPassword, kNewPassword); }, "+password.changed password.changed"},
      {"change_password, wrong", [](Stage& s) { s.change("wrong-password", kNewPassword); },
       "password.changed!current_password_wrong"},
      {"change_password, bad", [](Stage& s) { s.change(kPassword, "short"); }, "password.changed!password_too_short"},
      {"change_password, inactive", ignoring([](Stage& s) {
         return s.auth().change_password(nowhere(), s.late(), {password(kPassword), password(kNewPassword)});
       }),
       "password.changed!account_inactive"},
      {"request_password_reset",
       ignoring([](Stage& s) { return s.auth().request_password_reset(nowhere(), "mike@example.com"); }),
       "+password.reset_requested password.reset_requested"},
      {"request_password_reset, unknown",
       ignoring([](Stage& s) { return s.auth().request_password_reset(nowhere(), "x@example.com"); }),
       "+password.reset_requested password.reset_requested!unknown_user"},
      {"request_password_reset, again at once",
       [](Stage& s) {
         s.auth().request_password_reset(nowhere(), "mike@example.com").value();
         s.world.trail.take();
         s.auth().request_password_reset(nowhere(), "mike@example.com").value();
       },
       "password.reset_requested"},
      {"request_password_reset, malformed",
       ignoring([](Stage& s) { return s.auth().request_password_reset(nowhere(), "nonsense"); }),
       "password.reset_requested!email_invalid"},
      {"reset_password", ignoring([](Stage& s) { return s.world.reset(s.code); }), "+password.reset password.reset"},
      {"reset_password, bad code", ignoring([](Stage& s) { return s.world.reset("nonsense"); }),
       "password.reset!no_open_code"},
      {"reset_password, bad password", ignoring([](Stage& s) { return s.world.reset(s.code, "short"); }),
       "password.reset!password_too_short"},
      {"reset_password, spent",
       [](Stage& s) {
         s.world.reset(s.code).value();
         s.world.trail.take();
         static_cast<void>(s.world.reset(s.code));
       },
       "password.reset!no_open_code"},
      {"reset_password, other address", ignoring([](Stage& s) {
         return s.auth().reset_password(nowhere(), {s.code, password(kNewPassword), "anna@example.com"});
       }),
       "password.reset!other_address"},
  });
}
