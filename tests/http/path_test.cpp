#include "http/house.hpp"

namespace watchword::test {
namespace {

TEST_CASE("advisory 42 each path has one spelling") {
  House house;
  for (std::string path : {"//api/v1/users/login",
                           "/api/v1/users//login",
                           "/api/v1/users/./login",
                           "/api/v1/users/../users/login",
                           "/api/v1/users/login/",
                           "/api/v1/users/Login",
                           "/API/v1/users/login",
                           "/api/v1/users/login;x",
                           "/api/v1/users;x/login",
                           "/api/v1/users/%6cogin",
                           "/api/v1/users%2flogin",
                           "/api/v1/users/%2e/login",
                           "/api/v1/users/login%00",
                           "/api/v1/users/login%20",
                           "/api/v1/users/login#x",
                           "api/v1/users/login",
                           "",
                           "http://127.0.0.1/api/v1/users/login",
                           "/api/v1/users/login\\",
                           "/api/v1/users",
                           "/sessions/",
                           "/sessions/0123456789ABCDEF0123456789ABCDEF",
                           "/sessions/0123456789abcdef0123456789abcde",
                           "/sessions/0123456789abcdef0123456789abcdef0",
                           "/sessions/{id}",
                           "/healthz/",
                           "/openapi.json/"}) {
    INFO(path);
    CHECK_FALSE(house.api->owns(path));
    auto response = house.post(path, R"({"username_or_email":"a","password":"b"})");
    CHECK(response.status == 404);
    CHECK(code_of(response) == "path_unknown");
  }
}

TEST_CASE("owns knows paths whatever the method and the query") {
  House house;
  for (std::string path : {"/api/v1/users/login", "/api/v1/users/login?next=/x", "/sessions", "/healthz", "/readyz",
                           "/openapi.json", "/sessions/0123456789abcdef0123456789abcdef"}) {
    INFO(path);
    CHECK(house.api->owns(path));
  }
}

TEST_CASE("advisory 86 what changes or issues something refuses GET") {
  House house;
  for (std::string path : {"/register", "/login", "/refresh", "/logout", "/logout-all", "/change-password",
                           "/request-password-reset", "/reset-password"}) {
    for (std::string method : {"GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "post", "Post", ""}) {
      INFO(method << ' ' << path);
      auto response = house.api->handle(request_of(method, users(path)));
      CHECK(response.status == 405);
      CHECK(response.header("Allow") == "POST, OPTIONS");
    }
  }
}

TEST_CASE("405 names what is allowed") {
  House house;
  auto response = house.send(request_of("PATCH", users("/me")));
  CHECK(response.status == 405);
  CHECK(response.header("Allow") == "GET, HEAD, PUT, OPTIONS");
  CHECK(code_of(response) == "method_not_allowed");
}

TEST_CASE("HEAD answers as GET without a body") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  auto head = house.send(request_of("HEAD", users("/me"), "", {bearer(token), {"X-Request-Id", "same"}}));
  auto get = house.get(users("/me"), {bearer(token), {"X-Request-Id", "same"}});
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  CHECK(head.headers == get.headers);
  auto refused = house.send(request_of("HEAD", users("/me")));
  CHECK(refused.status == 401);
  CHECK(refused.body.empty());
}

TEST_CASE("S12 tokens in the query are ignored") {
  House house;
  house.register_user("testuser");
  auto tokens = house.login("testuser");
  CHECK(house.get(users("/me?access_token=") + tokens.access).status == 401);
  CHECK(house.get(users("/me?access_token=x"), {bearer(tokens.access)}).status == 200);
  CHECK(house.post(users("/refresh?refresh_token=") + tokens.refresh).status == 400);
}

TEST_CASE("S12 every reply of the API but its document is not stored") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  CHECK(house.get(users("/me"), {bearer(token)}).header("Cache-Control") == "no-store");
  CHECK(house.get(users("/me")).header("Cache-Control") == "no-store");
  CHECK(house.get("/sessions", {bearer(token)}).header("Cache-Control") == "no-store");
  CHECK(house.get("/readyz").header("Cache-Control") == "no-store");
  CHECK(house.get("/openapi.json").header("Cache-Control") == "no-cache");
}

TEST_CASE("the base path and the sessions path are options") {
  Setup setup;
  setup.rest.base_path = "/auth";
  setup.rest.sessions_path = "/auth/sessions";
  House house(std::move(setup));
  CHECK(house.api->owns("/auth/login"));
  CHECK(house.api->owns("/auth/sessions"));
  CHECK_FALSE(house.api->owns("/api/v1/users/login"));
  CHECK(house.get("/auth/me").status == 401);
  CHECK(house.get("/auth/sessions").status == 401);
}

TEST_CASE("wrong options are refused") {
  House house;
  auto code = [&](const http::RestOptions& options) {
    auto made = http::RestApi::create(*house.watchword, options);
    return made ? std::string() : std::string(made.error().code());
  };
  CHECK(code({}).empty());
  for (std::string path : {"", "/", "api", "/api/", "//api", "/a//b", "/../x", "/a/./b", "/a?b", "/a b", "/a{id}"}) {
    http::RestOptions options;
    INFO(path);
    options.base_path = path;
    CHECK(code(options) == "rest_options");
    options = {};
    options.sessions_path = path;
    CHECK(code(options) == "rest_options");
  }
  for (std::size_t size : {std::size_t(0), std::size_t(1023), std::size_t(1024 * 1024 + 1)}) {
    http::RestOptions options;
    options.max_body = size;
    CHECK(code(options) == "rest_options");
  }
  http::RestOptions colliding;
  colliding.sessions_path = "/readyz";
  CHECK(code(colliding) == "rest_options");
}

}  // namespace
}  // namespace watchword::test
