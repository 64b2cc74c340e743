#include <atomic>
#include <condition_variable>
#include <thread>

#include "session/support.hpp"
#include "support/temp_dir.hpp"

using namespace watchword;
using namespace watchword::session;
using namespace watchword::test;

namespace {

/// Runs `task(number)` on so many threads, which start together.
template <class Task>
void together(int threads, Task task) {
  std::mutex mutex;
  std::condition_variable all_there;
  int waiting = threads;
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      std::unique_lock lock(mutex);
      if (--waiting == 0) all_there.notify_all();
      all_there.wait(lock, [&] { return waiting == 0; });
      lock.unlock();
      task(i);
    });
  }
  for (auto& thread : running) thread.join();
}

struct Fixture {
  static WorldOptions options(const TempDir& folder) {
    WorldOptions made;
    made.path = (folder / "sessions.db").string();
    made.policy.rotations_per_hour = 3600;
    return made;
  }
  bool intact() { return world.audit.recorded("session.theft") == 0 && world.live_sessions(user) == 1; }

  TempDir folder;
  World world{options(folder)};
  UserId user = world.add_user();
};

}  // namespace

TEST_CASE_METHOD(Fixture, "4.18 a thousand racing refreshes give one successor a round", "[race]") {
  constexpr int kThreads = 16;
  auto pair = world.login(user);
  for (int round = 0; round < 63; ++round) {
    std::vector<std::string> got(kThreads);
    together(kThreads, [&](int i) {
      auto next = world.refresh(pair.refresh);
      if (next) got[static_cast<std::size_t>(i)] = text_of(next->refresh);
    });
    for (const auto& text : got) REQUIRE(text == got.front());
    pair.refresh = OpaqueToken::parse(kRefreshPrefix, got.front()).value();
  }
  CHECK(intact());
}

TEST_CASE_METHOD(Fixture, "4.18 tabs that run ahead of each other never look like a thief", "[race]") {
  auto first = world.login(user);
  std::mutex mutex;
  std::string newest = text_of(first.refresh);
  auto look = [&] {
    std::lock_guard lock(mutex);
    return newest;
  };
  std::atomic<int> granted{0};
  together(8, [&](int) {
    for (int step = 0; step < 40; ++step) {
      std::string held = look();
      auto next = world.refresh(OpaqueToken::parse(kRefreshPrefix, held).value());
      if (!next) continue;
      ++granted;
      std::lock_guard lock(mutex);
      if (newest == held) newest = text_of(next->refresh);
    }
  });
  CHECK(granted > 40);
  CHECK(intact());
  CHECK(world.refresh(OpaqueToken::parse(kRefreshPrefix, newest).value()).has_value());
}

TEST_CASE_METHOD(Fixture, "66 two processes on one database give one successor", "[race]") {
  World other(options(folder));
  auto pair = world.login(user);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::string> got(4);
    together(4, [&](int i) {
      auto next = (i % 2 == 0 ? world : other).refresh(pair.refresh);
      if (next) got[static_cast<std::size_t>(i)] = text_of(next->refresh);
    });
    for (const auto& text : got) REQUIRE(text == got.front());
    pair.refresh = OpaqueToken::parse(kRefreshPrefix, got.front()).value();
  }
  CHECK(intact());
}

TEST_CASE_METHOD(Fixture, "72 a refresh that races logout never brings the session back", "[race]") {
  for (int round = 0; round < 40; ++round) {
    auto pair = world.login(user);
    std::optional<TokenPair> won;
    together(2, [&](int i) {
      if (i == 0) {
        auto next = world.refresh(pair.refresh);
        if (next) won = *std::move(next);
      } else if (round % 2 == 0) {
        world.service->end(world.context, user, pair.session).value();
      } else {
        world.service->end_by_refresh_token(world.context, pair.refresh).value();
      }
    });
    REQUIRE(world.live_sessions(user) == 0);
    REQUIRE(world.revoked(pair));
    REQUIRE_FALSE(world.refresh(pair.refresh).has_value());
    if (!won) continue;
    REQUIRE(world.revoked(*won));
    REQUIRE_FALSE(world.refresh(won->refresh).has_value());
  }
}

TEST_CASE_METHOD(Fixture, "4.21 no session of the old password outlives its change", "[race]") {
  for (int round = 0; round < 40; ++round) {
    auto kept = world.login(user);
    auto old = world.proof(user);
    world.clock.advance(Lifetime::milliseconds(1));
    std::optional<LoginOutcome> raced;
    together(2, [&](int i) {
      if (i == 0) {
        auto outcome = world.issuer->start(world.context, old);
        if (outcome) raced = *std::move(outcome);
      } else {
        world.change_password(user, kept.session);
      }
    });
    REQUIRE(world.live_sessions(user) == 1);
    if (raced) {
      auto& pair = *raced->tokens();
      REQUIRE(world.revoked(pair));
      REQUIRE_FALSE(world.refresh(pair.refresh).has_value());
    }
    REQUIRE_FALSE(world.revoked(kept));
    REQUIRE(world.refresh(kept.refresh).has_value());
    world.service->end_all(world.context, user).value();
  }
}

TEST_CASE_METHOD(Fixture, "S6 after logout everywhere no earlier token refreshes", "[race]") {
  for (int round = 0; round < 25; ++round) {
    auto pair = world.login(user);
    auto other = world.login(user);
    std::vector<std::optional<TokenPair>> won(2);
    together(3, [&](int i) {
      if (i == 2) {
        world.service->end_all(world.context, user).value();
        return;
      }
      auto next = world.refresh(i == 0 ? pair.refresh : other.refresh);
      if (next) won[static_cast<std::size_t>(i)] = *std::move(next);
    });
    REQUIRE(world.live_sessions(user) == 0);
    for (auto& next : won) {
      if (!next) continue;
      REQUIRE(world.revoked(*next));
      REQUIRE_FALSE(world.refresh(next->refresh).has_value());
    }
  }
}

TEST_CASE_METHOD(Fixture, "68 what was spent before a restart stays spent", "[race]") {
  auto first = world.login(user);
  auto second = world.refreshed(first.refresh);
  world.refreshed(second.refresh);
  World restarted(options(folder));
  restarted.clock.set(world.clock.now() + Lifetime::minutes(1));
  CHECK(restarted.refusal(first.refresh) == "refresh_invalid");
  CHECK(restarted.audit.recorded("session.theft") == 1);
  CHECK(restarted.live_sessions(user) == 0);
}
