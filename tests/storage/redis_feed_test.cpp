#include <sys/wait.h>

#include <watchword/watchword.hpp>

#include "storage/redis_support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

/// Polls so seldom that within a test only the signal can bring news.
std::unique_ptr<Watchword> open_product(const std::string& path, ChangeSignal& signal) {
  Options options;
  options.database_url = "sqlite:///" + path;
  options.secret_key = Secret::copy_of(std::string_view("a test's key of more than 32 bytes, please")).value();
  options.hashing = Argon2Policy{8, 1, true};
  options.feed = {Lifetime::hours(1), Lifetime::hours(1)};
  options.signal = &signal;
  return watchword::open(std::move(options)).value();
}

session::TokenPair log_in(Watchword& product) {
  auto typed = [] { return Password::copy_of("correct horse battery staple").value(); };
  REQUIRE(product.auth().register_account({}, {"mike@example.com", "mike", typed()}));
  return std::move(*product.auth().login({}, {"mike", typed()}).value().tokens());
}

bool log_out(Watchword& product, const std::string& token) {
  auto who = product.guard().check(token);
  return who && product.auth().logout({}, *who);
}

bool refused_within(Watchword& product, const std::string& token, Lifetime limit) {
  for (const Stopwatch watch; product.guard().check(token);) {
    if (watch.elapsed() > limit) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

/// Ends the session of a token in a process of its own.
int log_out_elsewhere(const std::string& path, const std::string& url, const std::string& token) {
  auto signal = redis::make_change_signal(url);
  if (!signal) return 2;
  auto product = open_product(path, **signal);
  if (!log_out(*product, token)) return 3;
  // Others hear of it by the signal's thread, which goes with the process.
  std::this_thread::sleep_for(std::chrono::seconds(2));
  return 0;
}

}  // namespace

TEST_CASE("redis: a feed hears of a logout in another process") {
  TempDir dir;
  RedisServer server;
  const std::string path = (dir / "shared.db").string();
  int tokens[2];
  REQUIRE(::pipe(tokens) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::alarm(60);
    ::close(tokens[1]);
    std::string token(4096, '\0');
    const ssize_t size = ::read(tokens[0], token.data(), token.size());
    ::_exit(size > 0 ? log_out_elsewhere(path, server.url(), token.substr(0, static_cast<std::size_t>(size))) : 1);
  }
  auto signal = redis_signal(server.url());
  auto product = open_product(path, *signal);
  const auto pair = log_in(*product);
  CHECK(product->guard().check(pair.access.value));
  CHECK(::write(tokens[1], pair.access.value.data(), pair.access.value.size()) > 0);
  CHECK(refused_within(*product, pair.access.value, Lifetime::seconds(10)));
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  ::close(tokens[0]);
  ::close(tokens[1]);
}

TEST_CASE("redis: what another revoked while Redis was away is seen when it is back") {
  TempDir dir;
  RedisServer server;
  const std::string path = (dir / "shared.db").string();
  auto one_signal = redis_signal(server.url());
  auto other_signal = redis_signal(server.url());
  auto one = open_product(path, *one_signal);
  auto other = open_product(path, *other_signal);
  const auto pair = log_in(*one);
  CHECK(other->guard().check(pair.access.value));
  server.stop();
  CHECK(log_out(*one, pair.access.value));
  CHECK_FALSE(one->guard().check(pair.access.value));
  CHECK_FALSE(refused_within(*other, pair.access.value, Lifetime::milliseconds(300)));
  server.start();
  CHECK(refused_within(*other, pair.access.value, Lifetime::seconds(10)));
}
