#include "http/house.hpp"

namespace watchword::test {
namespace {

const http::Field kOwnOrigin{"Origin", "http://127.0.0.1:8000"};
const std::vector<std::string> kCleared{"__Host-watchword_access=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax",
                                        "__Host-watchword_refresh=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"};

std::string pair_of(const std::string& access, const std::string& refresh) {
  return "__Host-watchword_access=" + access + "; __Host-watchword_refresh=" + refresh;
}

/// The refresh token in a Cookie field.
std::string refresh_of(const http::Field& cookies) { return cookies.second.substr(cookies.second.rfind('=') + 1); }

/// A token of our form that was signed with a key that is there no more.
std::string of_another_key() {
  return "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6Im5vc3VjaGtleSJ9.eyJzdWIiOiIxIn0." + std::string(43, 'A');
}

TEST_CASE("an access cookie that cannot be read any more is refreshed on the way") {
  House house;
  house.register_user("testuser");
  for (const std::string& access : {of_another_key(), std::string("nonsense"), std::string("a.b.c")}) {
    INFO(access);
    auto refresh = refresh_of(house.cookie_login("testuser"));
    auto response = house.get(users("/me"), {{"Cookie", pair_of(access, refresh)}});
    CHECK(response.status == 200);
    CHECK(values_of(response, "Set-Cookie").size() == 2);
    CHECK(house.get(users("/me"), {cookies_of(response)}).status == 200);
    CHECK(house.get(users("/me"), {bearer(access)}).status == 401);
  }
}

TEST_CASE("cookies that cannot be refreshed any more are cleared") {
  House house;
  house.register_user("testuser");
  auto dead = house.cookie_login("testuser");
  REQUIRE(house.post(users("/logout"), "", {dead, kOwnOrigin}).status == 200);
  auto unknown = "wwr_" + std::string(43, 'A');
  for (const auto& refresh : {refresh_of(dead), unknown, std::string("nonsense")}) {
    INFO(refresh);
    const http::Field cookies{"Cookie", pair_of("nonsense", refresh)};
    auto asked = house.post(users("/refresh"), "", {cookies, kOwnOrigin});
    CHECK(asked.status == 401);
    CHECK(values_of(asked, "Set-Cookie") == kCleared);
    CHECK(asked.header("Vary") == "Cookie");
    auto on_the_way = house.get(users("/me"), {cookies});
    CHECK(on_the_way.status == 401);
    CHECK(values_of(on_the_way, "Set-Cookie") == kCleared);
    auto foreign = house.post(users("/refresh"), "", {cookies, {"Origin", "https://evil.example"}});
    CHECK(foreign.status == 403);
    CHECK(values_of(foreign, "Set-Cookie").empty());
  }
  auto by_body = house.post(users("/refresh"), R"({"refresh_token":")" + unknown + R"("})", {dead, kOwnOrigin});
  CHECK(by_body.status == 401);
  CHECK(values_of(by_body, "Set-Cookie").empty());
}

TEST_CASE("whatever state the cookies are in one can log out") {
  House house;
  house.register_user("testuser");
  auto live = house.cookie_login("testuser");
  auto dead = house.cookie_login("testuser");
  REQUIRE(house.post(users("/logout"), "", {dead, kOwnOrigin}).status == 200);
  auto unknown = "wwr_" + std::string(43, 'A');
  const std::string broken[] = {dead.second,
                                pair_of("nonsense", refresh_of(dead)),
                                pair_of(of_another_key(), unknown),
                                pair_of("nonsense", "nonsense"),
                                pair_of("", ""),
                                pair_of("a b", "c"),
                                "__Host-watchword_access=a; __Host-watchword_access=b",
                                "__Host-watchword_refresh=" + unknown};
  for (const auto& value : broken) {
    INFO(value);
    auto foreign = house.post(users("/logout"), "", {{"Cookie", value}, {"Origin", "https://evil.example"}});
    CHECK(foreign.status == 403);
    CHECK(values_of(foreign, "Set-Cookie").empty());
    auto response = house.post(users("/logout"), "", {{"Cookie", value}, kOwnOrigin});
    CHECK(response.status == 200);
    CHECK(values_of(response, "Set-Cookie") == kCleared);
  }
  CHECK(house.get(users("/me"), {live}).status == 200);
}

TEST_CASE("S4 logging out again by the same access token succeeds") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  for (int i = 0; i < 3; ++i) CHECK(house.post(users("/logout"), "", {bearer(token)}).status == 200);
  CHECK(house.get(users("/me"), {bearer(token)}).status == 401);
}

TEST_CASE("what proves nothing does not log out") {
  House house;
  house.register_user("testuser");
  auto tokens = house.login("testuser");
  const std::string malformed = R"({"refresh_token":"nonsense"})";
  for (const auto& headers : {std::vector<http::Field>{}, {bearer("nonsense")}, {bearer("x.y.z")}}) {
    CHECK(house.post(users("/logout"), malformed, headers).status == 401);
  }
  auto unknown = R"({"refresh_token":"wwr_)" + std::string(43, 'A') + R"("})";
  CHECK(house.post(users("/logout"), unknown).status == 200);
  CHECK(house.post(users("/logout"), unknown, {bearer("nonsense")}).status == 200);
  CHECK(house.get(users("/me"), {bearer(tokens.access)}).status == 200);
}

}  // namespace
}  // namespace watchword::test
