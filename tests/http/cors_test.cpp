#include "http/house.hpp"

namespace watchword::test {
namespace {

const std::string kApp = "https://app.example.org";

Setup listing(std::vector<std::string> origins) {
  Setup setup;
  setup.rest.cors_origins = std::move(origins);
  return setup;
}

TEST_CASE("S13 a listed origin may read replies with credentials") {
  House house(listing({kApp, "http://localhost:3000"}));
  for (std::string origin : {kApp, std::string("http://localhost:3000")}) {
    auto response = house.get("/healthz", {{"Origin", origin}});
    CHECK(response.header("Access-Control-Allow-Origin") == origin);
    CHECK(response.header("Access-Control-Allow-Credentials") == "true");
    CHECK(response.header("Vary") == "Origin");
  }
}

TEST_CASE("S13 any other origin gets nothing") {
  House house(listing({kApp}));
  for (std::string origin :
       {"https://evil.example", "null", "*", "", "https://app.example.org.evil.example", "https://evilapp.example.org",
        "http://app.example.org", "https://app.example.org:444", "https://app.example.org/", "https://APP.example.org",
        "https://app.example.org, https://evil.example", "https://app.example.org\r\nX: y"}) {
    INFO(origin);
    auto response = house.get("/healthz", {{"Origin", origin}});
    CHECK_FALSE(response.header("Access-Control-Allow-Origin"));
    CHECK_FALSE(response.header("Access-Control-Allow-Credentials"));
    CHECK(response.header("Vary") == "Origin");
  }
  auto twice = house.get("/healthz", {{"Origin", kApp}, {"Origin", "https://evil.example"}});
  CHECK_FALSE(twice.header("Access-Control-Allow-Origin"));
  CHECK(house.get("/healthz").header("Vary") == "Origin");
}

TEST_CASE("S13 errors are readable by a listed origin too") {
  House house(listing({kApp}));
  for (std::string path : {"/api/v1/users/me", "/nowhere", "/api/v1/users/login"}) {
    CHECK(house.get(path, {{"Origin", kApp}}).header("Access-Control-Allow-Origin") == kApp);
  }
}

TEST_CASE("a preflight tells a listed origin what is allowed") {
  House house(listing({kApp}));
  auto response = house.send(request_of("OPTIONS", users("/me"), "",
                                        {{"Origin", kApp},
                                         {"Access-Control-Request-Method", "PUT"},
                                         {"Access-Control-Request-Headers", "authorization,content-type"}}));
  CHECK(response.status == 204);
  CHECK(response.header("Access-Control-Allow-Origin") == kApp);
  CHECK(response.header("Access-Control-Allow-Methods") == "GET, HEAD, PUT, OPTIONS");
  CHECK(response.header("Access-Control-Allow-Headers") ==
        "Authorization, Content-Type, X-Request-Id, X-Watchword-Session");
  CHECK(response.header("Access-Control-Allow-Credentials") == "true");
  CHECK(response.header("Access-Control-Max-Age") == "600");
}

TEST_CASE("a preflight tells any other origin nothing") {
  House house(listing({kApp}));
  for (std::string origin : {"https://evil.example", "null"}) {
    auto response = house.send(
        request_of("OPTIONS", users("/me"), "", {{"Origin", origin}, {"Access-Control-Request-Method", "PUT"}}));
    CHECK(response.status == 204);
    CHECK(response.header("Allow") == "GET, HEAD, PUT, OPTIONS");
    CHECK_FALSE(response.header("Access-Control-Allow-Origin"));
    CHECK_FALSE(response.header("Access-Control-Allow-Methods"));
  }
  CHECK(house.send(request_of("OPTIONS", "/nowhere", "", {{"Origin", kApp}})).status == 404);
}

TEST_CASE("without listed origins there is no trace of CORS") {
  House house;
  auto response = house.get("/healthz", {{"Origin", kApp}});
  CHECK_FALSE(response.header("Vary"));
  CHECK_FALSE(response.header("Access-Control-Allow-Origin"));
}

TEST_CASE("without cookies credentials are not allowed") {
  auto setup = listing({kApp});
  setup.rest.cookies = false;
  House house(std::move(setup));
  auto response = house.get("/healthz", {{"Origin", kApp}});
  CHECK(response.header("Access-Control-Allow-Origin") == kApp);
  CHECK_FALSE(response.header("Access-Control-Allow-Credentials"));
}

TEST_CASE("S13 only exact origins can be listed") {
  House house;
  auto accepted = [&](const std::string& origin) {
    http::RestOptions options;
    options.cors_origins = {origin};
    auto fine = http::RestApi::check(options);
    CHECK(fine.has_value() == http::RestApi::create(*house.watchword, options).has_value());
    return fine.has_value();
  };
  for (std::string origin :
       {"https://app.example.org", "http://localhost:3000", "https://[::1]:8443", "https://xn--d1a.example",
        "https://app.example.org:65535", "https://app.example.org:80", "http://app.example.org:443"}) {
    INFO(origin);
    CHECK(accepted(origin));
  }
  for (std::string origin : {"*",
                             "null",
                             "",
                             "https://*",
                             "https://*.example.org",
                             "app.example.org",
                             "https://",
                             "https://app.example.org/",
                             "https://app.example.org/path",
                             "https://user@app.example.org",
                             "https://App.example.org",
                             "ftp://example.org",
                             "https://app.example.org:",
                             "https://app.example.org:x",
                             "https://app.example.org:123456",
                             "https://app.example.org:65536",
                             "https://app.example.org:443",
                             "http://app.example.org:80",
                             "https://[::1]:443",
                             "https://app.example.org:0",
                             "https://app.example.org:0443",
                             "https://app.example.org https://b.example",
                             "https://[::1",
                             "https://a\r\nb",
                             "file://"}) {
    INFO(origin);
    CHECK_FALSE(accepted(origin));
  }
}

}  // namespace
}  // namespace watchword::test
