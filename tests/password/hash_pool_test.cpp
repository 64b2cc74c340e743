#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <watchword/password/hash_pool.hpp>

#include "password/arena.hpp"
#include "support/catch.hpp"

using namespace watchword;

namespace {

HashPoolOptions one_thread() {
  HashPoolOptions options;
  options.threads = 1;
  options.hash_memory_kib = 64;
  return options;
}

/// Keeps pool threads busy until it is opened.
class Barrier final {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void await_arrivals(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= count; });
  }
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

void occupy(HashPool& pool, Barrier& barrier, int threads = 1) {
  for (int i = 0; i < threads; ++i) REQUIRE(pool.submit([&barrier](Result<void>) { barrier.wait(); }));
  barrier.await_arrivals(threads);
}

template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

void use_arena(HashPool& pool, std::size_t kib = 64) {
  auto memory = pool.arena_of_this_thread()->memory(kib);
  if (memory.data != nullptr) static_cast<char*>(memory.data)[0] = 1;
}

}  // namespace

TEST_CASE("Pool options out of range are refused") {
  HashPoolOptions bad;
  const int which = GENERATE(range(0, 10));
  if (which == 0) bad.budget_mib = 7;
  if (which == 1) bad.budget_mib = 65537;
  if (which == 2) bad.budget_mib = 18;
  if (which == 3) bad.queue = 0;
  if (which == 4) bad.queue = 100001;
  if (which == 5) bad.threads = 1025;
  if (which == 6) bad.deadline = Lifetime();
  if (which == 7) bad.hash_memory_kib = 7;
  if (which == 8) bad.idle_release = Lifetime::seconds(-1);
  if (which == 9) bad.deadline = Lifetime::seconds(3601);
  auto pool = HashPool::create(bad);
  REQUIRE_FALSE(pool);
  CHECK(pool.error().kind() == Errc::misconfigured);
  CHECK(pool.error().code() == "hash_pool_options");
}

TEST_CASE("P13 the budget decides how many run at once") {
  Barrier barrier;
  HashPoolOptions options;
  options.threads = 8;
  options.budget_mib = 8;
  options.hash_memory_kib = 4096;
  auto pool = *HashPool::create(options);
  occupy(*pool, barrier, 2);
  REQUIRE(pool->submit([](Result<void>) {}));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(pool->usage().running == 2);
  CHECK(pool->usage().waiting == 1);
  barrier.open();
  CHECK(eventually([&] { return pool->usage().completed == 3; }));
}

TEST_CASE("P13 a full queue is refused at once") {
  Barrier barrier;
  std::atomic<int> ran{0};
  auto options = one_thread();
  options.queue = 2;
  auto pool = *HashPool::create(options);
  occupy(*pool, barrier);
  const auto count = [&ran](Result<void> admitted) { ran += admitted ? 1 : 0; };
  REQUIRE(pool->submit(count));
  REQUIRE(pool->submit(count));
  const auto start = std::chrono::steady_clock::now();
  auto refused = pool->submit(count);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(50));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind() == Errc::overloaded);
  CHECK(refused.error().code() == "overloaded");
  CHECK(refused.error().retry_after() > Lifetime());
  CHECK(pool->run([] {}).error().code() == "overloaded");
  barrier.open();
  CHECK(eventually([&] { return ran == 2; }));
}

TEST_CASE("A queue of one takes as many as threads are free and one more") {
  Barrier barrier;
  auto options = one_thread();
  options.queue = 1;
  auto pool = *HashPool::create(options);
  const auto wait = [&barrier](Result<void>) { barrier.wait(); };
  CHECK(pool->submit(wait));
  CHECK(pool->submit(wait));
  CHECK_FALSE(pool->submit(wait));
  barrier.open();
}

TEST_CASE("P13 what waited past the deadline is shed") {
  Barrier barrier;
  std::atomic<int> shed{0};
  std::atomic<int> ran{0};
  Result<void> waited;
  auto options = one_thread();
  options.deadline = Lifetime::milliseconds(20);
  auto pool = *HashPool::create(options);
  occupy(*pool, barrier);
  REQUIRE(pool->submit([&](Result<void> admitted) {
    if (admitted) ++ran;
    if (!admitted && admitted.error().kind() == Errc::overloaded) ++shed;
  }));
  std::thread waiter([&] { waited = pool->run([&ran] { ++ran; }); });
  REQUIRE(eventually([&] { return pool->usage().waiting == 2; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  barrier.open();
  waiter.join();
  REQUIRE_FALSE(waited);
  CHECK(waited.error().code() == "overloaded");
  CHECK(shed == 1);
  CHECK(ran == 0);
  CHECK(eventually([&] { return pool->usage().shed == 2 && pool->usage().completed == 1; }));
}

TEST_CASE("run waits for the end of its job") {
  int value = 0;
  auto pool = *HashPool::create(one_thread());
  REQUIRE(pool->run([&] { value = 42; }));
  CHECK(value == 42);
}

TEST_CASE("run on a thread of the pool runs there") {
  auto pool = *HashPool::create(one_thread());
  std::thread::id outer;
  std::thread::id inner;
  REQUIRE(pool->run([&] {
    outer = std::this_thread::get_id();
    CHECK(pool->run([&] { inner = std::this_thread::get_id(); }));
  }));
  CHECK(outer == inner);
  CHECK(outer != std::this_thread::get_id());
}

TEST_CASE("run on a thread of another pool waits there") {
  auto pool = *HashPool::create(one_thread());
  auto other = *HashPool::create(one_thread());
  std::thread::id outer;
  std::thread::id inner;
  REQUIRE(pool->run([&] {
    outer = std::this_thread::get_id();
    CHECK(other->arena_of_this_thread() == nullptr);
    CHECK(other->run([&] { inner = std::this_thread::get_id(); }));
  }));
  CHECK(outer != inner);
}

TEST_CASE("The end of a pool runs what is queued") {
  std::atomic<int> ran{0};
  {
    auto pool = *HashPool::create(one_thread());
    for (int i = 0; i < 50; ++i) {
      REQUIRE(pool->submit([&ran](Result<void> admitted) { ran += admitted ? 1 : 0; }));
    }
  }
  CHECK(ran == 50);
}

TEST_CASE("Many threads may submit at once") {
  std::atomic<int> ran{0};
  HashPoolOptions options = one_thread();
  options.threads = 3;
  options.queue = 10000;
  auto pool = *HashPool::create(options);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        if (pool->run([&] { use_arena(*pool); })) ++ran;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(ran == 400);
  CHECK(eventually([&] { return pool->usage().completed == 400; }));
  CHECK(pool->usage().arenas <= 3);
}

TEST_CASE("Arenas stay mapped between hashes and are released when idle") {
  auto options = one_thread();
  options.idle_release = Lifetime::milliseconds(60);
  auto pool = *HashPool::create(options);
  CHECK(pool->arena_of_this_thread() == nullptr);
  CHECK(pool->usage().arenas == 0);
  void* first = nullptr;
  void* second = nullptr;
  REQUIRE(pool->run([&] { first = pool->arena_of_this_thread()->memory(64).data; }));
  REQUIRE(pool->run([&] { second = pool->arena_of_this_thread()->memory(8).data; }));
  CHECK(first != nullptr);
  CHECK(first == second);
  CHECK(pool->usage().arenas == 1);
  CHECK(eventually([&] { return pool->usage().arenas == 0; }));
  REQUIRE(pool->run([&] { use_arena(*pool); }));
  CHECK(pool->usage().arenas == 1);
}

TEST_CASE("Arenas beyond the present need are released though others are in use") {
  Barrier barrier;
  auto options = one_thread();
  options.threads = 2;
  options.idle_release = Lifetime::milliseconds(50);
  auto pool = *HashPool::create(options);
  for (int i = 0; i < 2; ++i) {
    REQUIRE(pool->submit([&](Result<void>) {
      use_arena(*pool);
      barrier.wait();
    }));
  }
  barrier.await_arrivals(2);
  CHECK(pool->usage().arenas == 2);
  barrier.open();
  CHECK(eventually([&] {
    CHECK(pool->run([&] { use_arena(*pool); }));
    return pool->usage().arenas == 1;
  }));
}

TEST_CASE("An arena has no memory for a hash that is dearer than the pool's") {
  auto pool = *HashPool::create(one_thread());
  REQUIRE(pool->run([&] {
    auto* arena = pool->arena_of_this_thread();
    CHECK(arena->memory(65).data == nullptr);
    CHECK(arena->turn(65).owns_lock());
    CHECK_FALSE(arena->turn(64).owns_lock());
    CHECK(arena->memory(64).size >= 64 * 1024);
    CHECK(reinterpret_cast<std::uintptr_t>(arena->memory(64).data) % 64 == 0);
  }));
}

TEST_CASE("A child process neither hangs nor waits for a hash that nobody computes") {
  auto pool = HashPool::create(one_thread()).value();
  Barrier barrier;
  REQUIRE(pool->submit([&barrier](const Result<void>&) { barrier.wait(); }));
  barrier.await_arrivals(1);
  pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::alarm(20);
    auto ran = pool->run([] {});
    bool refused = !ran && ran.error().code() == "hash_pool_after_fork" && ran.error().kind() == Errc::internal;
    refused = refused && pool->usage().running == 0;
    pool.reset();
    ::_exit(refused ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  barrier.open();
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
