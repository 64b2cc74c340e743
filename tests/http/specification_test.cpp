#include "http/house.hpp"

namespace watchword::test {
namespace {

TEST_CASE("register answers 201 with the account") {
  House house;
  auto response = house.post(users("/register"),
                             R"({"email":"user@example.com","username":"testuser","password":"securepassword123"})");
  CHECK(response.status == 201);
  CHECK(response.body == R"({"id":1,"email":"user@example.com","username":"testuser","is_active":true,)"
                         R"("created_at":"2026-01-01T00:00:00Z","updated_at":null})");
}

TEST_CASE("login by name and by address answers a bearer pair") {
  House house;
  house.register_user("testuser");
  for (std::string name : {"testuser", "testuser@example.org"}) {
    auto response =
        house.post(users("/login"), R"({"username_or_email":")" + name + R"(","password":"securepassword123"})");
    CHECK(response.status == 200);
    CHECK(text_of(response, "token_type") == "bearer");
    CHECK(response.body.find(R"("expires_in":1800)") != std::string::npos);
    CHECK(response.header("Cache-Control") == "no-store");
    CHECK(house.get(users("/me"), {bearer(text_of(response, "access_token"))}).status == 200);
  }
}

TEST_CASE("me shows and updates the profile") {
  House house;
  house.register_user("testuser");
  auto tokens = house.login("testuser");
  auto shown = house.get(users("/me"), {bearer(tokens.access)});
  CHECK(text_of(shown, "email") == "testuser@example.org");
  house.clock.advance(Lifetime::milliseconds(1500));
  auto updated = house.send(request_of("PUT", users("/me"), R"({"username":"renamed"})", {bearer(tokens.access)}));
  CHECK(updated.status == 200);
  CHECK(text_of(updated, "username") == "renamed");
  CHECK(text_of(updated, "email") == "testuser@example.org");
  CHECK(text_of(updated, "updated_at") == "2026-01-01T00:00:01.500000Z");
}

TEST_CASE("refresh answers a new pair") {
  House house;
  house.register_user("testuser");
  auto tokens = house.login("testuser");
  auto response = house.post(users("/refresh"), R"({"refresh_token":")" + tokens.refresh + R"("})");
  CHECK(response.status == 200);
  CHECK(text_of(response, "token_type") == "bearer");
  CHECK(text_of(response, "refresh_token") != tokens.refresh);
  CHECK(house.get(users("/me"), {bearer(text_of(response, "access_token"))}).status == 200);
}

TEST_CASE("S4 logout ends the session at once") {
  House house;
  house.register_user("testuser");
  auto tokens = house.login("testuser");
  CHECK(house.post(users("/logout"), "", {bearer(tokens.access)}).status == 200);
  auto refused = house.get(users("/me"), {bearer(tokens.access)});
  CHECK(refused.status == 401);
  CHECK(code_of(refused) == "token_revoked");
  CHECK(house.post(users("/refresh"), R"({"refresh_token":")" + tokens.refresh + R"("})").status == 401);
}

TEST_CASE("logout takes either credential") {
  House house;
  house.register_user("testuser");
  auto tokens = house.login("testuser");
  auto body = R"({"refresh_token":")" + tokens.refresh + R"("})";
  house.clock.advance(Lifetime::minutes(31));
  CHECK(house.post(users("/logout"), "", {bearer(tokens.access)}).status == 401);
  CHECK(house.post(users("/logout"), body, {bearer(tokens.access)}).status == 200);
  CHECK(house.post(users("/logout"), body).status == 200);
  CHECK(house.post(users("/refresh"), body).status == 401);
  auto nothing = house.post(users("/logout"));
  CHECK(nothing.status == 401);
  CHECK(code_of(nothing) == "token_missing");
}

TEST_CASE("logout-all ends every session") {
  House house;
  house.register_user("testuser");
  auto one = house.login("testuser");
  auto other = house.login("testuser");
  house.clock.advance(Lifetime::milliseconds(1));
  CHECK(house.post(users("/logout-all"), "", {bearer(one.access)}).status == 200);
  CHECK(house.get(users("/me"), {bearer(one.access)}).status == 401);
  CHECK(house.get(users("/me"), {bearer(other.access)}).status == 401);
}

TEST_CASE("P6 change-password needs the current one and keeps this session") {
  House house;
  house.register_user("testuser");
  auto mine = house.login("testuser");
  auto other = house.login("testuser");
  auto wrong =
      house.post(users("/change-password"),
                 R"({"current_password":"not it at all","new_password":"a better passphrase"})", {bearer(mine.access)});
  CHECK(wrong.status == 403);
  CHECK(code_of(wrong) == "current_password_wrong");
  CHECK(text_of(wrong, "field") == "current_password");
  auto right = house.post(users("/change-password"),
                          R"({"current_password":"securepassword123","new_password":"a better passphrase"})",
                          {bearer(mine.access)});
  CHECK(right.status == 200);
  CHECK(house.get(users("/me"), {bearer(mine.access)}).status == 200);
  CHECK(house.get(users("/me"), {bearer(other.access)}).status == 401);
  house.login("testuser", "a better passphrase");
}

TEST_CASE("reset-password by the mailed code works once") {
  House house;
  house.register_user("testuser");
  auto old = house.login("testuser");
  CHECK(house.post(users("/request-password-reset"), R"({"email":"testuser@example.org"})").status == 200);
  auto body = R"({"code":")" + house.reset_code() + R"(","new_password":"a better passphrase"})";
  CHECK(house.post(users("/reset-password"), body).status == 200);
  CHECK(house.get(users("/me"), {bearer(old.access)}).status == 401);
  auto again = house.post(users("/reset-password"), body);
  CHECK(again.status == 400);
  CHECK(code_of(again) == "code_invalid");
  CHECK(text_of(again, "field") == "code");
  house.login("testuser", "a better passphrase");
}

TEST_CASE("T8 a reset request answers alike for known and unknown addresses") {
  House house;
  house.register_user("testuser");
  auto known =
      house.post(users("/request-password-reset"), R"({"email":"testuser@example.org"})", {{"X-Request-Id", "same"}});
  auto unknown =
      house.post(users("/request-password-reset"), R"({"email":"nobody@example.org"})", {{"X-Request-Id", "same"}});
  CHECK(known.status == unknown.status);
  CHECK(known.body == unknown.body);
  CHECK(known.headers == unknown.headers);
}

TEST_CASE("P14 a login fails alike for unknown names and wrong passwords") {
  House house;
  house.register_user("testuser");
  auto wrong = house.post(users("/login"), R"({"username_or_email":"testuser","password":"wrong password"})",
                          {{"X-Request-Id", "same"}});
  auto unknown = house.post(users("/login"), R"({"username_or_email":"nobody","password":"wrong password"})",
                            {{"X-Request-Id", "same"}});
  CHECK(wrong.status == 401);
  CHECK(code_of(wrong) == "credentials_invalid");
  CHECK(wrong.body == unknown.body);
  CHECK(wrong.headers == unknown.headers);
}

TEST_CASE("S9 sessions are listed without secrets and can be ended") {
  House house;
  house.register_user("testuser");
  house.register_user("stranger");
  auto first = house.login("testuser");
  house.clock.advance(Lifetime::seconds(1));
  auto second = house.login("testuser");
  auto listed = house.get("/sessions", {bearer(second.access)});
  CHECK(listed.status == 200);
  auto value = json::parse(listed.body);
  REQUIRE(value);
  const auto& sessions = value->find("sessions")->elements();
  REQUIRE(sessions.size() == 2);
  CHECK(sessions[0].find("current")->boolean() == true);
  CHECK(sessions[0].find("client_address")->text() == "192.0.2.1");
  CHECK(listed.body.find("wwr_") == std::string::npos);
  auto path = "/sessions/" + std::string(*sessions[1].find("id")->text());
  auto foreign = house.send(request_of("DELETE", path, "", {bearer(house.login("stranger").access)}));
  CHECK(foreign.status == 404);
  CHECK(house.get(users("/me"), {bearer(first.access)}).status == 200);
  CHECK(house.send(request_of("DELETE", path, "", {bearer(second.access)})).status == 204);
  CHECK(house.get(users("/me"), {bearer(first.access)}).status == 401);
}

TEST_CASE("conflicts and bad values name their field") {
  House house;
  house.register_user("testuser");
  struct Row {
    std::string body;
    int status;
    std::string code;
    std::string field;
  };
  const Row rows[] = {
      {R"({"email":"TESTUSER@example.org","username":"another","password":"securepassword123"})", 409, "email_taken",
       "email"},
      {R"({"email":"another@example.org","username":"TestUser","password":"securepassword123"})", 409, "username_taken",
       "username"},
      {R"({"email":"no address","username":"another","password":"securepassword123"})", 400, "email_invalid", "email"},
      {R"({"email":"another@example.org","username":"ab","password":"securepassword123"})", 400, "username_too_short",
       "username"},
      {R"({"email":"another@example.org","username":"another","password":"1234567"})", 400, "password_too_short",
       "password"},
  };
  for (const auto& row : rows) {
    auto response = house.post(users("/register"), row.body);
    INFO(row.body);
    CHECK(response.status == row.status);
    CHECK(code_of(response) == row.code);
    CHECK(text_of(response, "field") == row.field);
  }
  auto change =
      house.post(users("/change-password"), R"({"current_password":"securepassword123","new_password":"short"})",
                 {bearer(house.login("testuser").access)});
  CHECK(change.status == 400);
  CHECK(text_of(change, "field") == "new_password");
}

}  // namespace
}  // namespace watchword::test
