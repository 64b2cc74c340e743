#include "http/house.hpp"

namespace watchword::test {
namespace {

const http::Field kOwnOrigin{"Origin", "http://127.0.0.1:8000"};
constexpr std::string_view kAccess = "__Host-watchword_access=";
constexpr std::string_view kRefresh = "__Host-watchword_refresh=";

std::string cookie_value(const http::Field& cookies, std::string_view name) {
  auto at = cookies.second.find(name) + name.size();
  return cookies.second.substr(at, cookies.second.find(';', at) - at);
}

http::Field refresh_only(const http::Field& cookies) {
  return {"Cookie", std::string(kRefresh) + cookie_value(cookies, kRefresh)};
}

std::string login_body() { return R"({"username_or_email":"testuser","password":"securepassword123"})"; }

TEST_CASE("S11 a login with cookies answers no token and sets strict cookies") {
  House house;
  house.register_user("testuser");
  auto response = house.post(users("/login"), login_body(), {{"X-Watchword-Session", "cookie"}, kOwnOrigin});
  CHECK(response.status == 200);
  CHECK(response.body == R"({"token_type":"cookie","expires_in":1800})");
  CHECK(response.header("Cache-Control") == "no-store");
  CHECK(response.header("Vary") == "Cookie");
  auto set = values_of(response, "Set-Cookie");
  REQUIRE(set.size() == 2);
  CHECK(set[0].substr(0, kAccess.size()) == kAccess);
  CHECK(set[1].substr(0, kRefresh.size()) == kRefresh);
  CHECK(set[0].substr(set[0].find(';')) == "; Max-Age=1800; Path=/; Secure; HttpOnly; SameSite=Lax");
  CHECK(set[1].substr(set[1].find(';')) == "; Max-Age=604800; Path=/; Secure; HttpOnly; SameSite=Lax");
  for (const auto& cookie : set) CHECK(cookie.size() <= 4096);
  CHECK(house.get(users("/me"), {cookies_of(response)}).status == 200);
}

TEST_CASE("S2 a login never promotes the session that a cookie named") {
  House house;
  house.register_user("testuser");
  auto planted = house.cookie_login("testuser");
  auto response = house.post(users("/login"), login_body(), {{"X-Watchword-Session", "cookie"}, kOwnOrigin, planted});
  auto fresh = cookies_of(response);
  CHECK(cookie_value(fresh, kRefresh) != cookie_value(planted, kRefresh));
  CHECK(house.get(users("/me"), {fresh}).status == 200);
  CHECK(house.get(users("/me"), {planted}).status == 401);
  CHECK(house.get(users("/me"), {refresh_only(planted)}).status == 401);
}

TEST_CASE("S11 unsafe methods with cookies need a trusted origin") {
  Setup setup;
  setup.rest.cors_origins = {"https://app.example.org"};
  House house(std::move(setup));
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  struct Row {
    std::vector<http::Field> headers;
    int status;
  };
  const Row rows[] = {
      {{}, 403},
      {{{"Origin", "https://evil.example"}}, 403},
      {{{"Origin", "null"}}, 403},
      {{{"Origin", "null"}, {"Sec-Fetch-Site", "same-origin"}}, 403},
      {{{"Origin", "https://127.0.0.1:8000"}}, 403},
      {{{"Origin", "http://127.0.0.1:8001"}}, 403},
      {{{"Origin", "http://127.0.0.1"}}, 403},
      {{{"Origin", "http://127.0.0.1:8000.evil.example"}}, 403},
      {{{"Origin", "https://app.example.org.evil.example"}}, 403},
      {{{"Origin", "https://evilapp.example.org"}}, 403},
      {{{"Origin", ""}}, 403},
      {{kOwnOrigin, {"Origin", "https://evil.example"}}, 403},
      {{{"Sec-Fetch-Site", "cross-site"}}, 403},
      {{{"Sec-Fetch-Site", "same-site"}}, 403},
      {{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-origin"}}, 403},
      {{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "none"}}, 403},
      {{kOwnOrigin}, 200},
      {{{"Origin", "https://app.example.org"}}, 200},
      {{{"Sec-Fetch-Site", "same-origin"}}, 200},
      {{{"Sec-Fetch-Site", "none"}}, 200},
  };
  for (auto row : rows) {
    row.headers.push_back(cookies);
    INFO(row.headers.front().first << ": " << row.headers.front().second);
    auto response = house.send(request_of("PUT", users("/me"), "{}", row.headers));
    CHECK(response.status == row.status);
    if (row.status == 403) CHECK(code_of(response) == "origin_refused");
  }
  CHECK(house.get(users("/me"), {cookies}).status == 200);
  for (std::string path : {"/logout", "/refresh", "/logout-all"}) {
    CHECK(house.post(users(path), "", {cookies}).status == 403);
  }
}

TEST_CASE("the own origin follows Host and TLS") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  auto status = [&](const std::string& host, const std::string& origin, bool secure) {
    auto request = request_of("PUT", users("/me"), "{}", {cookies, {"Origin", origin}});
    for (auto& field : request.headers) {
      if (field.first == "Host") field.second = host;
    }
    request.secure = secure;
    return house.send(std::move(request)).status;
  };
  CHECK(status("example.org", "https://example.org", true) == 200);
  CHECK(status("Example.ORG:443", "https://example.org", true) == 200);
  CHECK(status("example.org:80", "http://example.org", false) == 200);
  CHECK(status("example.org", "http://example.org", true) == 403);
  CHECK(status("example.org:443", "https://example.org:80", true) == 403);
  CHECK(status("", "http://", false) == 403);
}

TEST_CASE("a login with cookies needs a trusted origin too") {
  House house;
  house.register_user("testuser");
  const http::Field mode{"X-Watchword-Session", "cookie"};
  CHECK(house.post(users("/login"), login_body(), {mode}).status == 403);
  CHECK(house.post(users("/login"), login_body(), {mode, {"Origin", "https://evil.example"}}).status == 403);
  auto unknown = house.post(users("/login"), login_body(), {{"X-Watchword-Session", "jar"}, kOwnOrigin});
  CHECK(unknown.status == 400);
  CHECK(code_of(unknown) == "session_mode");
  CHECK(text_of(unknown, "detail") == "Write cookie, or leave the header out.");
}

TEST_CASE("an Authorization field excludes cookies whatever it says") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  for (std::string value : {"Bearer nonsense", "Basic eDp5", "", "Bearer"}) {
    INFO(value);
    auto response = house.get(users("/me"), {cookies, {"Authorization", value}});
    CHECK(response.status == 401);
    CHECK(values_of(response, "Set-Cookie").empty());
  }
}

TEST_CASE("an expired access cookie is refreshed on the way") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  house.clock.advance(Lifetime::minutes(30));
  auto response = house.get(users("/me"), {cookies});
  CHECK(response.status == 200);
  CHECK(text_of(response, "username") == "testuser");
  CHECK(response.header("Cache-Control") == "no-store");
  CHECK(response.header("Vary") == "Cookie");
  auto fresh = cookies_of(response);
  CHECK(cookie_value(fresh, kAccess) != cookie_value(cookies, kAccess));
  CHECK(cookie_value(fresh, kRefresh) != cookie_value(cookies, kRefresh));
  auto next = house.get(users("/me"), {fresh});
  CHECK(next.status == 200);
  CHECK(values_of(next, "Set-Cookie").empty());
}

TEST_CASE("a refusal after a refresh on the way still sets the cookies") {
  House house;
  house.register_user("testuser");
  house.register_user("another");
  auto cookies = house.cookie_login("testuser");
  house.clock.advance(Lifetime::minutes(31));
  auto response =
      house.send(request_of("PUT", users("/me"), R"({"username":"another"})", {refresh_only(cookies), kOwnOrigin}));
  CHECK(response.status == 409);
  CHECK(values_of(response, "Set-Cookie").size() == 2);
}

TEST_CASE("a prefetch never refreshes") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  house.clock.advance(Lifetime::minutes(31));
  for (const http::Field& hint :
       {http::Field{"Sec-Purpose", "prefetch"}, http::Field{"Sec-Purpose", "prefetch;prerender"},
        http::Field{"Purpose", "Prefetch"}, http::Field{"X-Moz", "prefetch"}}) {
    INFO(hint.first << ": " << hint.second);
    auto response = house.get(users("/me"), {cookies, hint});
    CHECK(response.status == 401);
    CHECK(code_of(response) == "token_expired");
    CHECK(values_of(response, "Set-Cookie").empty());
  }
  CHECK(house.get(users("/me"), {cookies}).status == 200);
}

TEST_CASE("a revoked session is not refreshed on the way") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  CHECK(house.post(users("/logout"), "", {cookies, kOwnOrigin}).status == 200);
  CHECK(house.get(users("/me"), {cookies}).status == 401);
  house.clock.advance(Lifetime::minutes(31));
  auto response = house.get(users("/me"), {cookies});
  CHECK(response.status == 401);
  CHECK(values_of(response, "Set-Cookie").size() == 2);
}

TEST_CASE("logging out clears the cookies") {
  House house;
  house.register_user("testuser");
  for (std::string path : {"/logout", "/logout-all"}) {
    auto cookies = house.cookie_login("testuser");
    auto response = house.post(users(path), "", {cookies, kOwnOrigin});
    CHECK(response.status == 200);
    CHECK(values_of(response, "Set-Cookie") ==
          std::vector<std::string>{"__Host-watchword_access=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax",
                                   "__Host-watchword_refresh=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"});
    CHECK(house.get(users("/me"), {cookies}).status == 401);
    house.clock.advance(Lifetime::seconds(1));
  }
}

TEST_CASE("ending the own session clears the cookies") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  auto listed = house.get("/sessions", {cookies});
  auto value = json::parse(listed.body);
  REQUIRE(value);
  auto id = std::string(*value->find("sessions")->elements().front().find("id")->text());
  auto response = house.send(request_of("DELETE", "/sessions/" + id, "", {cookies, kOwnOrigin}));
  CHECK(response.status == 204);
  CHECK(values_of(response, "Set-Cookie").size() == 2);
}

TEST_CASE("logout by an expired access cookie ends the session of the refresh cookie") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  house.clock.advance(Lifetime::minutes(31));
  CHECK(house.post(users("/logout"), "", {cookies, kOwnOrigin}).status == 200);
  CHECK(house.get(users("/me"), {cookies}).status == 401);
}

TEST_CASE("refresh without a token takes the cookies") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  auto response = house.post(users("/refresh"), "", {cookies, kOwnOrigin});
  CHECK(response.status == 200);
  CHECK(response.body == R"({"token_type":"cookie","expires_in":1800})");
  CHECK(cookie_value(cookies_of(response), kRefresh) != cookie_value(cookies, kRefresh));
}

TEST_CASE("cookies that are not exactly ours are refused") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  auto access = std::string(kAccess) + cookie_value(cookies, kAccess);
  auto refresh = std::string(kRefresh) + cookie_value(cookies, kRefresh);
  for (std::string value : {access + "; " + access, access + "; " + refresh + "; " + refresh, access + "x; " + access,
                            std::string(kAccess) + "\"" + cookie_value(cookies, kAccess) + "\"", std::string(kAccess),
                            std::string(kAccess.substr(0, kAccess.size() - 1)), access + " x", access + "%20",
                            access + "\x80", access + "," + refresh, std::string(kRefresh) + std::string(5000, 'a'),
                            "other=" + std::string(17000, 'a') + "; " + access}) {
    INFO(value.substr(0, 80));
    auto response = house.get(users("/me"), {{"Cookie", value}});
    CHECK(response.status == 401);
    CHECK(code_of(response) == "token_malformed");
  }
  CHECK(house.get(users("/me"), {{"Cookie", access}, {"Cookie", access}}).status == 401);
}

TEST_CASE("cookies of others do not disturb") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  for (std::string others : {"a=1; b=\"2\"; a=3; ", "; ;;", "flag; x==; ", "__Host-Watchword_access=x; "}) {
    CHECK(house.get(users("/me"), {{"Cookie", others + cookies.second}}).status == 200);
  }
  auto semicolon = cookies.second.find(';');
  CHECK(house
            .get(users("/me"),
                 {{"Cookie", cookies.second.substr(0, semicolon)}, {"cookie", cookies.second.substr(semicolon + 2)}})
            .status == 200);
  CHECK(code_of(house.get(users("/me"), {{"Cookie", "a=1"}})) == "token_missing");
}

TEST_CASE("without the option cookies count for nothing") {
  Setup setup;
  setup.rest.cookies = false;
  House house(std::move(setup));
  house.register_user("testuser");
  auto tokens = house.login("testuser");
  auto response = house.get(users("/me"), {{"Cookie", std::string(kAccess) + tokens.access}});
  CHECK(code_of(response) == "token_missing");
  CHECK(code_of(house.post(users("/login"), login_body(), {{"X-Watchword-Session", "cookie"}, kOwnOrigin})) ==
        "session_mode");
}

}  // namespace
}  // namespace watchword::test
