#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <watchword/base/executor.hpp>

#include "support/catch.hpp"

namespace {

using namespace watchword;

std::unique_ptr<ThreadPool> make_pool(std::size_t threads, std::size_t queue) {
  auto pool = ThreadPool::create(threads, queue);
  REQUIRE(pool);
  return *std::move(pool);
}

/// Holds back whoever waits until it is opened.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void await_waiting(int number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= number; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

/// While it lives no thread can be started: none has room for its stack.
class NoRoomForStacks {
 public:
  NoRoomForStacks() {
    ::pthread_getattr_default_np(&before_);
    pthread_attr_t huge;
    ::pthread_attr_init(&huge);
    REQUIRE(::pthread_attr_setstacksize(&huge, std::size_t{1} << 60) == 0);
    REQUIRE(::pthread_setattr_default_np(&huge) == 0);
    ::pthread_attr_destroy(&huge);
  }
  ~NoRoomForStacks() {
    ::pthread_setattr_default_np(&before_);
    ::pthread_attr_destroy(&before_);
  }
  NoRoomForStacks(const NoRoomForStacks&) = delete;
  NoRoomForStacks& operator=(const NoRoomForStacks&) = delete;

 private:
  pthread_attr_t before_;
};

}  // namespace

TEST_CASE("A pool refuses senseless sizes") {
  for (auto [threads, queue] : std::vector<std::pair<std::size_t, std::size_t>>{
           {0, 1}, {257, 1}, {1, 0}, {1, 1000001}, {static_cast<std::size_t>(-1), 1}}) {
    auto pool = ThreadPool::create(threads, queue);
    REQUIRE_FALSE(pool);
    CHECK(pool.error().kind() == Errc::misconfigured);
    CHECK(pool.error().code() == "executor_options");
  }
  CHECK(ThreadPool::create(1, 1));
  CHECK(ThreadPool::create(256, 1000000));
}

TEST_CASE("A pool runs each task once on another thread") {
  std::atomic<int> runs{0};
  std::atomic<bool> elsewhere{true};
  {
    auto pool = make_pool(2, 1000);
    auto caller = std::this_thread::get_id();
    for (int i = 0; i < 1000; ++i) {
      REQUIRE(pool->post([&runs, &elsewhere, caller] {
        ++runs;
        if (std::this_thread::get_id() == caller) elsewhere = false;
      }));
    }
  }
  CHECK(runs == 1000);
  CHECK(elsewhere);
}

TEST_CASE("One thread runs tasks in their order") {
  std::vector<int> order;
  {
    auto pool = make_pool(1, 100);
    for (int i = 0; i < 100; ++i) REQUIRE(pool->post([&order, i] { order.push_back(i); }));
  }
  REQUIRE(order.size() == 100);
  for (int i = 0; i < 100; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("A full queue refuses at once and runs the refused task never") {
  std::atomic<int> runs{0};
  Gate gate;
  {
    auto pool = make_pool(1, 2);
    REQUIRE(pool->post([&gate] { gate.wait(); }));
    gate.await_waiting(1);
    REQUIRE(pool->post([&runs] { ++runs; }));
    REQUIRE(pool->post([&runs] { ++runs; }));
    auto refused = pool->post([&runs] { runs += 100; });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind() == Errc::overloaded);
    CHECK(refused.error().code() == "executor_full");
    CHECK(refused.error().retry_after() == Lifetime::seconds(1));
    gate.open();
  }
  CHECK(runs == 2);
}

TEST_CASE("A pool takes tasks again once its queue has room") {
  std::array<Gate, 3> first;
  std::array<Gate, 3> second;
  auto pool = make_pool(1, 1);
  for (std::size_t round = 0; round < first.size(); ++round) {
    REQUIRE(pool->post([&gate = first[round]] { gate.wait(); }));
    first[round].await_waiting(1);
    REQUIRE(pool->post([&gate = second[round]] { gate.wait(); }));
    REQUIRE_FALSE(pool->post([] {}));
    first[round].open();
    second[round].await_waiting(1);
    second[round].open();
  }
}

TEST_CASE("A pool runs as many tasks side by side as it has threads") {
  Gate gate;
  auto pool = make_pool(4, 10);
  for (int i = 0; i < 5; ++i) REQUIRE(pool->post([&gate] { gate.wait(); }));
  gate.await_waiting(4);
  gate.open();
}

TEST_CASE("A pool starts no more threads than it was given") {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  {
    auto pool = make_pool(3, 1000);
    for (int i = 0; i < 500; ++i) {
      REQUIRE(pool->post([&] {
        std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
      }));
    }
  }
  CHECK(threads.size() >= 1);
  CHECK(threads.size() <= 3);
}

TEST_CASE("The end of a pool runs what is queued") {
  std::atomic<int> runs{0};
  Gate gate;
  auto pool = make_pool(1, 10);
  REQUIRE(pool->post([&gate] { gate.wait(); }));
  gate.await_waiting(1);
  for (int i = 0; i < 10; ++i) REQUIRE(pool->post([&runs] { ++runs; }));
  CHECK(runs == 0);
  std::thread ender([&pool] { pool.reset(); });
  gate.open();
  ender.join();
  CHECK(runs == 10);
}

TEST_CASE("A pool that never ran anything ends") {
  auto pool = make_pool(8, 8);
  pool.reset();
  CHECK(pool == nullptr);
}

TEST_CASE("A task may post another") {
  std::atomic<int> runs{0};
  Gate done;
  auto pool = make_pool(1, 4);
  REQUIRE(pool->post([&] {
    ++runs;
    auto posted = pool->post([&] {
      ++runs;
      done.wait();
    });
    if (!posted) runs += 100;
  }));
  done.await_waiting(1);
  CHECK(runs == 2);
  done.open();
}

TEST_CASE("A task's captures are gone once it has run") {
  auto held = std::make_shared<int>(0);
  {
    auto pool = make_pool(2, 10);
    for (int i = 0; i < 5; ++i) REQUIRE(pool->post([held] {}));
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("A pool without any thread refuses the task and forgets it") {
  auto held = std::make_shared<int>(0);
  std::atomic<int> runs{0};
  {
    auto pool = make_pool(2, 10);
    {
      NoRoomForStacks no_room;
      auto refused = pool->post([held, &runs] { ++runs; });
      REQUIRE_FALSE(refused);
      CHECK(refused.error().kind() == Errc::overloaded);
      CHECK(held.use_count() == 1);
    }
    REQUIRE(pool->post([&runs] { ++runs; }));
  }
  CHECK(runs == 1);
}

TEST_CASE("A pool with one thread goes on when a second cannot start") {
  std::atomic<int> runs{0};
  {
    Gate gate;
    auto pool = make_pool(2, 10);
    REQUIRE(pool->post([&gate] { gate.wait(); }));
    gate.await_waiting(1);
    NoRoomForStacks no_room;
    REQUIRE(pool->post([&runs] { ++runs; }));
    gate.open();
    pool.reset();
  }
  CHECK(runs == 1);
}

TEST_CASE("Many threads may post at once") {
  std::atomic<int> runs{0};
  std::atomic<int> accepted{0};
  {
    auto pool = make_pool(4, 64);
    std::vector<std::thread> posters;
    for (int t = 0; t < 8; ++t) {
      posters.emplace_back([&] {
        for (int i = 0; i < 500; ++i) {
          if (pool->post([&runs] { ++runs; })) ++accepted;
        }
      });
    }
    for (auto& poster : posters) poster.join();
  }
  CHECK(runs == accepted);
  CHECK(accepted > 0);
}

TEST_CASE("A child process neither hangs nor waits for threads that it has not") {
  auto pool = make_pool(2, 8);
  Gate gate;
  REQUIRE(pool->post([&gate] { gate.wait(); }));
  gate.await_waiting(1);
  pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::alarm(20);
    auto posted = pool->post([] {});
    bool refused = !posted && posted.error().code() == "executor_after_fork" && posted.error().kind() == Errc::internal;
    pool.reset();
    ::_exit(refused ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  gate.open();
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
