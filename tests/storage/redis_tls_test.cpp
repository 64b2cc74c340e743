#include <cstdlib>

#include "storage/redis_support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

bool has_tls() {
  auto made = redis::make_change_signal("rediss://localhost");
  if (!made) CHECK(made.error().code() == "redis_tls");
  return made.has_value();
}

/// A certificate for the name localhost that signs itself.
class Certificate final {
 public:
  Certificate() {
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext "
        "subjectAltName=DNS:localhost -keyout " +
        key() + " -out " + file() + " 2>/dev/null";
    REQUIRE(std::system(command.c_str()) == 0);
  }
  std::string file() const { return (folder_ / "certificate.pem").string(); }
  std::string key() const { return (folder_ / "key.pem").string(); }

 private:
  TempDir folder_;
};

}  // namespace

TEST_CASE("redis: rediss:// encrypts, or is refused where the build cannot") {
  if (!has_tls()) return;
  const Certificate certificate;
  const std::string port = free_port();
  RedisServer server({"--tls-port", port, "--tls-cert-file", certificate.file(), "--tls-key-file", certificate.key(),
                      "--tls-ca-cert-file", certificate.file(), "--requirepass", "hush"});
  const std::string files =
      "?sslrootcert=" + certificate.file() + "&sslcert=" + certificate.file() + "&sslkey=" + certificate.key();
  auto one = listening_signal("rediss://:hush@localhost:" + port + files);
  auto other = listening_signal("rediss://:hush@localhost:" + port + files);
  one->send();
  CHECK(other->wait(kSoon));

  // The name differs, nobody vouches for the server, no certificate of one's own.
  KeptLog log;
  for (const auto& wrong :
       {"127.0.0.1:" + port + files, "localhost:" + port, "localhost:" + port + "?sslrootcert=" + certificate.file()}) {
    INFO(wrong);
    auto refused = redis_signal("rediss://:hush@" + wrong, &log);
    CHECK_FALSE(refused->wait(Lifetime::milliseconds(100)));
  }
  CHECK(log.text().find("hush") == std::string::npos);
}

TEST_CASE("redis: files that TLS cannot use are refused at once") {
  const Certificate certificate;
  for (const auto& parameters :
       {std::string("sslrootcert=/nowhere"), "sslcert=" + certificate.file() + "&sslkey=" + certificate.file()}) {
    auto refused = redis::make_change_signal("rediss://localhost?" + parameters);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind() == Errc::misconfigured);
    CHECK(refused.error().code() == "redis_tls");
  }
}
