#include <watchword/http/authenticate.hpp>

#include "http/house.hpp"

namespace watchword::test {
namespace {

TEST_CASE("each kind of error has its status") {
  const std::pair<Errc, int> rows[] = {
      {Errc::invalid_input, 400}, {Errc::unauthenticated, 401}, {Errc::step_up_required, 403}, {Errc::forbidden, 403},
      {Errc::not_found, 404},     {Errc::conflict, 409},        {Errc::rate_limited, 429},     {Errc::overloaded, 503},
      {Errc::unavailable, 503},   {Errc::outcome_unknown, 503}, {Errc::misconfigured, 500},    {Errc::internal, 500},
  };
  for (const auto& [kind, status] : rows) {
    INFO(to_string(kind));
    auto response = http::refusal(Error(kind, "a_code", "What to do."));
    CHECK(response.status == status);
    CHECK(response.header("Content-Type") == "application/problem+json");
    CHECK(response.header("Cache-Control") == "no-store");
    CHECK(response.header("X-Content-Type-Options") == "nosniff");
    CHECK(response.header("WWW-Authenticate").has_value() == (status == 401));
    CHECK(response.header("Retry-After").has_value() == (status == 429 || status == 503));
  }
}

TEST_CASE("A3 a refusal shows the public face only") {
  auto response = http::refusal(Error(Errc::conflict, "name_taken", "Choose another.")
                                    .with_field("username")
                                    .with_reason("UNIQUE constraint failed: users.username"));
  CHECK(response.body == R"({"type":"about:blank","title":"Conflict","status":409,"detail":"Choose another.",)"
                         R"("code":"name_taken","field":"username"})");
}

TEST_CASE("Retry-After is in whole seconds rounded up") {
  const std::pair<Lifetime, std::string> rows[] = {{Lifetime(), "1"},
                                                   {Lifetime::milliseconds(1), "1"},
                                                   {Lifetime::seconds(1), "1"},
                                                   {Lifetime::milliseconds(1001), "2"},
                                                   {Lifetime::seconds(60), "60"}};
  for (const auto& [wait, text] : rows) {
    auto response = http::refusal(Error(Errc::overloaded, "overloaded", "Later.").with_retry_after(wait));
    CHECK(response.header("Retry-After") == text);
  }
}

TEST_CASE("advisory 92 nothing of a request reaches a header but a clean request id") {
  House house;
  for (std::string id : {"ok-1", "A.b_C-9"}) {
    CHECK(house.get("/healthz", {{"X-Request-Id", id}}).header("X-Request-Id") == id);
  }
  for (std::string id :
       {std::string(), std::string("a\r\nSet-Cookie: x=y"), std::string("a\nb"), std::string("a b"),
        std::string("a\0b", 3), std::string("a%0d%0ab"), std::string(65, 'a'), std::string("\xc3\xa9")}) {
    auto response = house.get("/healthz?x=%0d%0aInjected:1", {{"X-Request-Id", id}, {"User-Agent", "a\r\nb"}});
    CHECK(response.header("X-Request-Id") != id);
    CHECK_FALSE(response.header("Injected"));
    CHECK_FALSE(response.header("Set-Cookie"));
  }
}

TEST_CASE("the server's request id comes before the client's") {
  House house;
  auto request = request_of("GET", users("/me"), "", {{"X-Request-Id", "clients"}});
  request.request_id = "servers";
  auto response = house.send(request);
  CHECK(response.header("X-Request-Id") == "servers");
  CHECK(text_of(response, "request_id") == "servers");
  request.request_id = "not clean\r\n";
  CHECK(house.send(request).header("X-Request-Id") == "clients");
}

TEST_CASE("made request ids differ") {
  House house;
  auto one = std::string(*house.get("/healthz").header("X-Request-Id"));
  auto other = std::string(*house.get("/healthz").header("X-Request-Id"));
  CHECK(one != other);
}

TEST_CASE("what the server itself refuses looks like the API's own refusals") {
  Setup setup;
  setup.rest.cors_origins = {"https://app.example.org"};
  House house(std::move(setup));
  auto request =
      request_of("POST", users("/login"), "", {{"Origin", "https://app.example.org"}, {"X-Request-Id", "clients"}});
  for (int status : {400, 408, 413, 414, 431, 501}) {
    auto response = house.api->refuse(request, status, "body_too_large", "Send a smaller body.");
    CHECK(response.status == status);
    CHECK(house.complaint(request_of("GET", "/nowhere"), response) == "");
    CHECK(code_of(response) == "body_too_large");
    CHECK(text_of(response, "detail") == "Send a smaller body.");
    CHECK(text_of(response, "title") != "Internal Server Error");
    CHECK(text_of(response, "request_id") == "clients");
    CHECK(response.header("Access-Control-Allow-Origin") == "https://app.example.org");
    CHECK(response.header("Cache-Control") == "no-store");
  }
}

TEST_CASE("a session keeps who asked in printable ASCII cut to size") {
  House house;
  house.register_user("testuser");
  auto request =
      request_of("POST", users("/login"), R"({"username_or_email":"testuser","password":"securepassword123"})",
                 {{"User-Agent", "Agent\x1b[31m \xe2\x80\xae" + std::string(300, 'x')}});
  request.client_address = std::string(100, '1');
  auto token = text_of(house.send(request), "access_token");
  auto listed = house.get("/sessions", {bearer(token)});
  auto value = json::parse(listed.body);
  REQUIRE(value);
  const auto& session = value->find("sessions")->elements().front();
  CHECK(session.find("client_address")->text() == std::string(64, '1'));
  CHECK(session.find("user_agent")->text() == "Agent?[31m ???" + std::string(242, 'x'));
}

TEST_CASE("advisory 91 no error body shows a password or a token") {
  House house;
  house.register_user("testuser");
  auto tokens = house.login("testuser");
  const std::string canary = "canary-7f3a-password";
  const std::pair<std::string, std::string> rows[] = {
      {users("/login"), R"({"username_or_email":"testuser","password":")" + canary + R"("})"},
      {users("/login"), R"({"username_or_email":")" + canary + R"(","password":5})"},
      {users("/login"), R"({"password":")" + canary + R"(")"},
      {users("/login"), canary},
      {users("/register"), R"({"email":")" + canary + R"(","username":"abc","password":")" + canary + R"("})"},
      {users("/register"), R"({"email":"a@example.org","username":"a b","password":")" + canary + R"("})"},
      {users("/change-password"), R"({"current_password":")" + canary + R"(","new_password":"short"})"},
      {users("/reset-password"), R"({"code":")" + canary + R"(","new_password":")" + canary + R"("})"},
      {users("/refresh"), R"({"refresh_token":")" + canary + R"("})"},
      {users("/") + canary, "{}"},
  };
  for (const auto& [path, body] : rows) {
    auto response = house.post(path, body, {bearer(tokens.access)});
    INFO(path << ' ' << body);
    CHECK(response.status >= 400);
    CHECK(response.body.find(canary) == std::string::npos);
    CHECK(response.body.find(tokens.access) == std::string::npos);
    for (const auto& [name, value] : response.headers) CHECK(value.find(canary) == std::string::npos);
  }
}

}  // namespace
}  // namespace watchword::test
