#include "base/base64url.hpp"
#include "http/house.hpp"

namespace watchword::test {
namespace {

std::string encoded(std::string_view text) { return base64url::encode(text); }

TEST_CASE("advisory 20 a malformed Authorization field is 401") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  for (std::string value :
       {std::string(), std::string("Bearer"), std::string("Bearer "), std::string("Bearer \x80"),
        std::string("bearer x y"), "Bearer " + std::string(64 * 1024, 'a'), "Bearer " + std::string(64 * 1024, '.'),
        "Basic " + token, "Bearer\t" + token, "Bearer" + token, token, "Bearer " + token + " x",
        "Bearer " + token + ",", "Bearer \"" + token + "\"", "Bearer " + token + std::string("\0", 1),
        "Bearer, Bearer " + token, "Bearer token=" + token}) {
    auto response = house.get(users("/me"), {{"Authorization", value}});
    INFO(value.substr(0, 40));
    CHECK(response.status == 401);
  }
}

TEST_CASE("a Bearer field in its allowed spellings is accepted") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  for (std::string scheme : {"Bearer ", "bearer ", "BEARER ", "Bearer   "}) {
    CHECK(house.get(users("/me"), {{"authorization", scheme + token}}).status == 200);
  }
}

TEST_CASE("several Authorization fields are refused") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  auto response = house.get(users("/me"), {bearer(token), bearer(token)});
  CHECK(response.status == 401);
  CHECK(code_of(response) == "token_malformed");
}

TEST_CASE("WWW-Authenticate says invalid_token only where a token came") {
  House house;
  CHECK(house.get(users("/me")).header("WWW-Authenticate") == R"(Bearer realm="watchword")");
  CHECK(house.get(users("/me"), {bearer("x.y.z")}).header("WWW-Authenticate") ==
        R"(Bearer realm="watchword", error="invalid_token")");
  auto login = house.post(users("/login"), R"({"username_or_email":"nobody","password":"wrong password"})");
  CHECK(login.header("WWW-Authenticate") == R"(Bearer realm="watchword")");
}

TEST_CASE("J1 to J9 a token that is not exactly ours is refused over HTTP") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  auto first = token.find('.');
  auto second = token.rfind('.');
  auto header = token.substr(0, first);
  auto payload = token.substr(first + 1, second - first - 1);
  auto signature = token.substr(second + 1);
  std::vector<std::string> forged = {
      encoded(R"({"alg":"none","typ":"at+jwt"})") + "." + payload + ".",
      encoded(R"({"alg":"None","typ":"at+jwt"})") + "." + payload + "." + signature,
      encoded(R"({"alg":"","typ":"at+jwt"})") + "." + payload + "." + signature,
      encoded(R"({"alg":"HS512","typ":"at+jwt"})") + "." + payload + "." + signature,
      encoded(R"({"alg":"HS256","typ":"JWT"})") + "." + payload + "." + signature,
      encoded(R"({"alg":"HS256","typ":"at+jwt","crit":["exp"]})") + "." + payload + "." + signature,
      header + "." + encoded(R"({"sub":"1"})") + "." + signature,
      header + "." + payload + "." + signature.substr(1),
      header + "." + payload + ".",
      header + "." + payload,
      token + ".",
      token + "=",
      "." + token,
      token + "." + token,
  };
  for (std::size_t i = 0; i < token.size(); i += 7) {
    forged.push_back(token);
    forged.back()[i] = token[i] == 'A' ? 'B' : 'A';
  }
  for (const auto& text : forged) {
    INFO(text);
    CHECK(house.get(users("/me"), {bearer(text)}).status == 401);
  }
}

TEST_CASE("J4 a refresh token is no access token and the reverse") {
  House house;
  house.register_user("testuser");
  auto tokens = house.login("testuser");
  CHECK(house.get(users("/me"), {bearer(tokens.refresh)}).status == 401);
  CHECK(house.post(users("/refresh"), R"({"refresh_token":")" + tokens.access + R"("})").status == 401);
}

TEST_CASE("J6 an access token ends at its expiry") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  house.clock.advance(Lifetime::microseconds(Lifetime::minutes(30).microseconds() - 1));
  CHECK(house.get(users("/me"), {bearer(token)}).status == 200);
  house.clock.advance(Lifetime::microseconds(1));
  auto expired = house.get(users("/me"), {bearer(token)});
  CHECK(expired.status == 401);
  CHECK(code_of(expired) == "token_expired");
  house.clock.advance(Lifetime::microseconds(1));
  CHECK(house.get(users("/me"), {bearer(token)}).status == 401);
}

TEST_CASE("J15 a deactivated account is refused with a good token") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  REQUIRE(house.watchword->auth().deactivate({}, UserId(1)));
  CHECK(house.get(users("/me"), {bearer(token)}).status == 401);
}

}  // namespace
}  // namespace watchword::test
