#include <algorithm>
#include <thread>

#include <sys/wait.h>

#include "storage/redis_support.hpp"

using namespace watchword;
using namespace watchword::test;

TEST_CASE("redis: a signal is heard by others and not by itself") {
  auto one = listening_signal(redis_url() + "/1");
  auto other = listening_signal(redis_url() + "/1");
  one->send();
  CHECK(other->wait(kSoon));
  CHECK_FALSE(other->wait(kMoment));
  CHECK_FALSE(one->wait(kMoment));
  other->send();
  CHECK(one->wait(kSoon));
}

TEST_CASE("redis: a signal is heard within a moment") {
  auto one = listening_signal(redis_url() + "/2");
  auto other = listening_signal(redis_url() + "/2");
  std::vector<Lifetime> delays;
  for (int i = 0; i < 101; ++i) {
    const Stopwatch watch;
    one->send();
    REQUIRE(other->wait(kSoon));
    delays.push_back(watch.elapsed());
  }
  std::sort(delays.begin(), delays.end());
  CHECK(delays[50] < Lifetime::milliseconds(20));
}

TEST_CASE("redis: database numbers and channels keep installations apart") {
  auto one = listening_signal(redis_url() + "/3");
  auto other = listening_signal(redis_url() + "/4");
  redis::Options options;
  options.url = redis_url() + "/3";
  options.channel = "elsewhere";
  auto elsewhere = redis::make_change_signal(options).value();
  REQUIRE(elsewhere->wait(kSoon));
  auto same = listening_signal(redis_url() + "/3");
  one->send();
  CHECK(same->wait(kSoon));
  CHECK_FALSE(other->wait(kMoment));
  CHECK_FALSE(elsewhere->wait(kMoment));
}

TEST_CASE("redis: one is what is sent by many at once, and none is lost") {
  auto one = listening_signal(redis_url() + "/5");
  auto other = listening_signal(redis_url() + "/5");
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) one->send();
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(other->wait(kSoon));
  while (other->wait(Lifetime::milliseconds(200))) {
  }
  one->send();
  CHECK(other->wait(kSoon));
}

TEST_CASE("redis: an emptied server changes nothing") {
  RedisServer server;
  auto one = listening_signal(server.url());
  auto other = listening_signal(server.url());
  CHECK(server.command("DBSIZE") == ":0\r\n");
  CHECK(server.command("FLUSHALL") == "+OK\r\n");
  one->send();
  CHECK(other->wait(kSoon));
}

TEST_CASE("redis: a full server that evicts changes nothing") {
  RedisServer server({"--maxmemory", "1", "--maxmemory-policy", "allkeys-random"});
  auto one = listening_signal(server.url());
  auto other = listening_signal(server.url());
  one->send();
  CHECK(other->wait(kSoon));
}

TEST_CASE("redis: a closed signal waits no longer") {
  auto one = listening_signal(redis_url() + "/6");
  const Stopwatch watch;
  std::thread closing([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    one->close();
  });
  CHECK_FALSE(one->wait(Lifetime::seconds(60)));
  closing.join();
  CHECK_FALSE(one->wait(Lifetime::seconds(60)));
  CHECK(watch.elapsed() < Lifetime::seconds(10));
}

TEST_CASE("redis: a child process neither hangs nor speaks for its parent") {
  auto one = listening_signal(redis_url() + "/7");
  auto other = listening_signal(redis_url() + "/7");
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::alarm(20);
    one->send();
    one->close();
    const bool deaf = !one->wait(Lifetime::milliseconds(1));
    one.reset();
    ::_exit(deaf ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK_FALSE(other->wait(kMoment));
  one->send();
  CHECK(other->wait(kSoon));
  other->send();
  CHECK(one->wait(kSoon));
}
