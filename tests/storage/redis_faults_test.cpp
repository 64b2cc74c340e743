#include <algorithm>
#include <atomic>
#include <thread>

#include "storage/redis_support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

/// Whether it hears within some seconds, however often it has to be waited for.
bool comes_to_hear(ChangeSignal& signal) {
  for (const Stopwatch watch; watch.elapsed() < kSoon;) {
    if (signal.wait(Lifetime::milliseconds(100))) return true;
  }
  return false;
}

Lifetime longest_send(ChangeSignal& signal, int times) {
  Lifetime longest;
  for (int i = 0; i < times; ++i) {
    const Stopwatch watch;
    signal.send();
    longest = std::max(longest, watch.elapsed());
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return longest;
}

}  // namespace

TEST_CASE("redis: what may have been missed while the server was away counts as heard") {
  RedisServer server;
  KeptLog log;
  auto one = listening_signal(server.url(), &log);
  server.stop();
  CHECK_FALSE(one->wait(Lifetime::milliseconds(1200)));
  CHECK(log.comes_to_have("redis_unreachable: Redis cannot be listened to"));
  server.start();
  const Stopwatch watch;
  CHECK(comes_to_hear(*one));
  CHECK(watch.elapsed() < Lifetime::seconds(2));
  CHECK_FALSE(one->wait(kMoment));
  CHECK(log.text().find("redis_recovered") != std::string::npos);
}

TEST_CASE("redis: what is sent while the server is away is published once it is back") {
  RedisServer server;
  KeptLog log;
  auto one = redis_signal(server.url(), &log);
  server.stop();
  CHECK(longest_send(*one, 20) < Lifetime::milliseconds(50));
  CHECK(log.comes_to_have("redis_unreachable: Redis cannot be published to"));
  server.start();
  auto other = listening_signal(server.url());
  CHECK((other->wait(kSoon) || log.text().find("published to again") != std::string::npos));
  CHECK(log.comes_to_have("redis_recovered: Redis can be published to again"));
}

TEST_CASE("redis: a connection that the server has closed is noticed and made anew") {
  RedisServer server;
  auto one = listening_signal(server.url());
  auto other = listening_signal(server.url());
  one->send();
  CHECK(other->wait(kSoon));
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  CHECK(server.command("CLIENT KILL TYPE normal").front() == ':');
  one->send();
  CHECK(other->wait(kSoon));
  CHECK(server.command("CLIENT KILL TYPE pubsub").front() == ':');
  CHECK(comes_to_hear(*other));
}

TEST_CASE("redis: a server that hangs never blocks who sends, and is left by who listens") {
  RedisServer server;
  KeptLog log;
  auto one = listening_signal(server.url(), &log);
  auto other = listening_signal(server.url());
  one->send();
  CHECK(other->wait(kSoon));
  server.suspend();
  CHECK(longest_send(*one, 500) < Lifetime::milliseconds(50));
  const Stopwatch watch;
  CHECK_FALSE(one->wait(Lifetime::seconds(3)));
  CHECK(watch.elapsed() < Lifetime::seconds(5));
  CHECK(log.comes_to_have("redis_unreachable: Redis cannot be listened to"));
  CHECK(log.comes_to_have("redis_unreachable: Redis cannot be published to"));
  server.resume();
  CHECK(comes_to_hear(*one));
  CHECK(log.comes_to_have("redis_recovered: Redis can be published to again"));
}

TEST_CASE("redis: a signal ends at once while the server hangs") {
  RedisServer server;
  auto one = listening_signal(server.url());
  server.suspend();
  one->send();
  std::atomic<bool> ended{false};
  std::thread listener([&] {
    one->wait(Lifetime::seconds(60));
    ended = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  CHECK_FALSE(ended);
  const Stopwatch watch;
  one->close();
  listener.join();
  one.reset();
  CHECK(watch.elapsed() < Lifetime::seconds(2));
}

TEST_CASE("redis: a server that was never there is no error") {
  TempDir empty;
  KeptLog log;
  auto one = redis_signal("unix://" + (empty / "none.sock").string(), &log);
  const Stopwatch watch;
  CHECK_FALSE(one->wait(Lifetime::milliseconds(100)));
  CHECK(watch.elapsed() < Lifetime::seconds(2));
  one->send();
  CHECK(log.comes_to_have("Redis cannot be published to; other processes see changes by polling alone ("));
  const std::string told = log.text();
  CHECK(std::count(told.begin(), told.end(), '\n') == 2);
}

TEST_CASE("redis: a right password is taken, a wrong one is told without being shown") {
  RedisServer server({"--requirepass", "s3cret/+", "--user", "feed", "on", ">hush", "resetchannels", "&watchword:*",
                      "-@all", "+publish", "+subscribe", "+ping"});
  const std::string path = server.socket();
  auto one = listening_signal("unix://:s3cret%2F%2B@" + path);
  auto other = listening_signal("unix://feed:hush@" + path);
  one->send();
  CHECK(other->wait(kSoon));
  other->send();
  CHECK(one->wait(kSoon));
  KeptLog log;
  for (const std::string user : {":wr0ng@", "feed:wr0ng@", ""}) {
    auto refused = redis_signal("unix://" + user + path, &log);
    CHECK_FALSE(refused->wait(Lifetime::milliseconds(100)));
  }
  CHECK(log.text().find("(it refused: WRONGPASS)") != std::string::npos);
  CHECK(log.text().find("(it refused: NOAUTH)") != std::string::npos);
  CHECK(log.text().find("wr0ng") == std::string::npos);
}

TEST_CASE("redis: a user who may not use the channel is told of") {
  RedisServer server({"--user", "feed", "on", ">hush", "resetchannels", "-@all", "+publish", "+subscribe"});
  KeptLog log;
  auto one = redis_signal("unix://feed:hush@" + server.socket(), &log);
  CHECK_FALSE(one->wait(Lifetime::milliseconds(100)));
  one->send();
  CHECK(
      log.comes_to_have("Redis cannot be published to; other processes see changes by polling alone (it refused: "
                        "NOPERM)."));
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  const std::string told = log.text();
  CHECK(std::count(told.begin(), told.end(), '\n') == 2);
}
