#include <watchword/http/authenticate.hpp>

#include "http/house.hpp"

namespace watchword::test {
namespace {

const http::Field kOwnOrigin{"Origin", "http://127.0.0.1:8000"};

std::vector<std::string> names_of(const std::vector<http::Field>& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) names.push_back(field.first);
  return names;
}

TEST_CASE("authenticate takes a bearer token and adds nothing") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  auto who = http::authenticate(*house.watchword, request_of("POST", "/orders", "", {bearer(token)}));
  REQUIRE(who);
  CHECK(who->principal.user() == UserId(1));
  CHECK(who->headers.empty());
}

TEST_CASE("authenticate takes cookies where there is no Authorization field") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  auto who = http::authenticate(*house.watchword, request_of("GET", "/orders", "", {cookies}));
  REQUIRE(who);
  CHECK(who->principal.user() == UserId(1));
  CHECK(names_of(who->headers) == std::vector<std::string>{"Vary"});
  auto excluded = http::authenticate(*house.watchword, request_of("GET", "/orders", "", {cookies, bearer("x")}));
  REQUIRE_FALSE(excluded);
  CHECK(excluded.error().kind() == Errc::unauthenticated);
}

TEST_CASE("authenticate refuses unsafe methods of foreign pages") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  auto code = [&](std::vector<http::Field> headers, std::vector<std::string> allowed = {}) {
    headers.push_back(cookies);
    auto who = http::authenticate(*house.watchword, request_of("POST", "/orders", "", headers), allowed);
    return who ? std::string() : std::string(who.error().code());
  };
  CHECK(code({}) == "origin_refused");
  CHECK(code({{"Origin", "https://app.example.org"}}) == "origin_refused");
  CHECK(code({{"Origin", "https://app.example.org"}}, {"https://app.example.org"}).empty());
  CHECK(code({kOwnOrigin}).empty());
  CHECK(http::refusal(Error(Errc::forbidden, "origin_refused", "x")).status == 403);
}

TEST_CASE("authenticate refreshes an expired access cookie") {
  House house;
  house.register_user("testuser");
  auto cookies = house.cookie_login("testuser");
  house.clock.advance(Lifetime::minutes(31));
  auto prefetch =
      http::authenticate(*house.watchword, request_of("GET", "/orders", "", {cookies, {"Sec-Purpose", "prefetch"}}));
  REQUIRE_FALSE(prefetch);
  auto who = http::authenticate(*house.watchword, request_of("GET", "/orders", "", {cookies}));
  REQUIRE(who);
  CHECK(names_of(who->headers) == std::vector<std::string>{"Vary", "Cache-Control", "Set-Cookie", "Set-Cookie"});
  http::Response response{200, who->headers, ""};
  auto fresh = cookies_of(response);
  auto next = http::authenticate(*house.watchword, request_of("GET", "/orders", "", {fresh}));
  REQUIRE(next);
  CHECK(next->principal.session() == who->principal.session());
  CHECK(names_of(next->headers) == std::vector<std::string>{"Vary"});
}

TEST_CASE("authenticate without any credential says so") {
  House house;
  auto who = http::authenticate(*house.watchword, request_of("GET", "/orders"));
  REQUIRE_FALSE(who);
  CHECK(who.error().code() == "token_missing");
  auto response = http::refusal(who.error());
  CHECK(response.status == 401);
  CHECK(response.header("WWW-Authenticate") == R"(Bearer realm="watchword")");
}

}  // namespace
}  // namespace watchword::test
