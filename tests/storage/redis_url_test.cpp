#include "storage/redis/url.hpp"
#include "storage/redis_support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

redis::Url parsed(const std::string& text) {
  INFO(text);
  auto url = redis::parse_url(text);
  REQUIRE(url);
  return *std::move(url);
}

}  // namespace

TEST_CASE("redis: a URL names host, port and database") {
  auto url = parsed("redis://example.com");
  CHECK(url.host == "example.com");
  CHECK(url.port == 6379);
  CHECK(url.database == 0);
  CHECK(url.password.empty());
  CHECK_FALSE(url.tls);
  url = parsed("redis://127.0.0.1:7000/12");
  CHECK(url.port == 7000);
  CHECK(url.database == 12);
  url = parsed("rediss://[::1]:7001/");
  CHECK(url.host == "::1");
  CHECK(url.port == 7001);
  CHECK(url.tls);
  CHECK(parsed("redis://[fe80::1]").host == "fe80::1");
}

TEST_CASE("redis: a URL names user and password") {
  auto url = parsed("redis://:p%40ss:w%2Frd@host");
  CHECK(url.user.empty());
  CHECK(url.password.reveal().text() == "p@ss:w/rd");
  url = parsed("redis://ann:a@b@host:1/2");
  CHECK(url.user == "ann");
  CHECK(url.password.reveal().text() == "a@b");
  CHECK(url.host == "host");
}

TEST_CASE("redis: a URL names a socket, or the files of TLS") {
  auto url = parsed("unix://:hush@/run/redis%20one.sock?db=3");
  CHECK(url.socket == "/run/redis one.sock");
  CHECK(url.database == 3);
  CHECK(url.password.reveal().text() == "hush");
  url = parsed("rediss://host/1?sslrootcert=/etc/ca.pem&sslcert=/etc/own.pem&sslkey=/etc/own.key");
  CHECK(url.authorities == "/etc/ca.pem");
  CHECK(url.certificate == "/etc/own.pem");
  CHECK(url.key == "/etc/own.key");
}

TEST_CASE("redis: a wrong URL is refused without being repeated") {
  for (const std::string text : {"",
                                 "hunter2",
                                 "redis:hunter2@host",
                                 "http://:hunter2@host",
                                 "redis://",
                                 "redis://:hunter2@",
                                 "redis:///1",
                                 "redis://hunter2@host",
                                 "redis://hunter2:@host",
                                 "redis://:hunter2%4@host",
                                 "redis://:hunter2@host:0",
                                 "redis://:hunter2@host:65536",
                                 "redis://:hunter2@host:",
                                 "redis://:hunter2@host:port",
                                 "redis://host/hunter2",
                                 "redis://host/-1",
                                 "redis://host/99999999999",
                                 "redis://[::1",
                                 "redis://[::1]x",
                                 "redis://[]",
                                 "redis://host/1#hunter2",
                                 "redis://host?hunter2=1",
                                 "redis://host?hunter2",
                                 "redis://host?sslcert=/x",
                                 "rediss://host?sslcert=/hunter2",
                                 "redis://ho%0Ast",
                                 "unix://",
                                 "unix:///",
                                 "unix://host/hunter2",
                                 "unix:///path?db=hunter2"}) {
    INFO(text);
    auto refused = redis::make_change_signal(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind() == Errc::misconfigured);
    CHECK(refused.error().code() == "redis_url");
    CHECK_FALSE(refused.error().reason().empty());
    CHECK(refused.error().reason().find("hunter2") == std::string_view::npos);
  }
}

TEST_CASE("redis: unusable options are refused") {
  redis::Options options;
  options.url = "redis://host";
  auto code = [&](auto change) {
    redis::Options changed = options;
    change(changed);
    auto refused = redis::make_change_signal(changed);
    return refused ? std::string() : std::string(refused.error().code());
  };
  CHECK(code([](auto& o) { o.channel = ""; }) == "redis_options");
  CHECK(code([](auto& o) { o.connect_timeout = Lifetime(); }) == "redis_options");
  CHECK(code([](auto& o) { o.command_timeout = Lifetime::minutes(2); }) == "redis_options");
}
