#include <chrono>
#include <thread>

#include <watchword/session/revocation_feed.hpp>
#include <watchword/session/revocation_index.hpp>

#include "contract/support.hpp"
#include "storage/postgres_support.hpp"
#include "support/fake_clock.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

std::unique_ptr<ChangeSignal> signal() { return postgres::make_change_signal(postgres_url()).value(); }

/// What was missed before it connected counts as heard.
std::unique_ptr<ChangeSignal> connected_signal() {
  auto made = signal();
  REQUIRE(made->wait(Lifetime::seconds(5)));
  return made;
}

session::Revocation revocation_of(int n) {
  session::Revocation revocation;
  revocation.session = contract::id_of<SessionId>(n);
  revocation.expires_at = contract::kNow + Lifetime::hours(1);
  return revocation;
}

}  // namespace

TEST_CASE("postgres: a signal is heard by others and not by itself") {
  auto one = connected_signal();
  auto other = connected_signal();
  one->send();
  CHECK_FALSE(one->wait(Lifetime::milliseconds(50)));
  CHECK(other->wait(Lifetime::seconds(5)));
  CHECK_FALSE(other->wait(Lifetime::milliseconds(20)));
}

TEST_CASE("postgres: what a signal may have missed while it was cut off counts as heard") {
  const std::string name = "signal_" + std::to_string(::getpid());
  auto one = postgres::make_change_signal(postgres_url() + "&application_name=" + name).value();
  REQUIRE(one->wait(Lifetime::seconds(5)));
  terminate_backends(name);
  bool heard = false;
  for (int i = 0; i < 50 && !heard; ++i) heard = one->wait(Lifetime::milliseconds(100));
  CHECK(heard);
}

TEST_CASE("postgres: a closed signal waits no longer") {
  auto one = connected_signal();
  const auto began = std::chrono::steady_clock::now();
  std::thread closing([&] { one->close(); });
  one->wait(Lifetime::seconds(30));
  closing.join();
  CHECK_FALSE(one->wait(Lifetime::seconds(30)));
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));
}

TEST_CASE("postgres: a feed hears of a revocation that another process announces") {
  Postgres here;
  auto index = session::RevocationIndex::create().value();
  FakeClock clock;
  auto ears = signal();
  session::FeedOptions options;
  options.interval = Lifetime::hours(1);
  options.bound = Lifetime::hours(2);
  auto feed =
      session::RevocationFeed::start(here.revocations(), *index, clock, steady_clock(), null_log(), options, ears.get())
          .value();
  auto mouth = connected_signal();
  contract::commit(here.runner(), [&](Transaction& t) { return here.revocations().record(t, revocation_of(1)); });
  for (int i = 0; i < 500 && index->size() == 0; ++i) {
    mouth->send();
    mouth->wait(Lifetime::milliseconds(10));
  }
  CHECK(index->size() == 1);
}

TEST_CASE("postgres: a commit that was held open while others waited is not missed") {
  Postgres here;
  auto record = [&](Transaction& t, int n) { return here.revocations().record(t, revocation_of(n)); };
  std::thread later;
  std::size_t seen_meanwhile = 99;
  contract::commit(here.runner(), [&](Transaction& t) -> Result<void> {
    if (auto held = record(t, 1); !held) return held;
    // The other cannot take a number, and so cannot commit, before this one has.
    later = std::thread([&] { contract::commit(here.runner(), [&](Transaction& u) { return record(u, 2); }); });
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    std::thread([&] { seen_meanwhile = here.revocations().since(0, 10, contract::kNow)->revocations.size(); }).join();
    return {};
  });
  later.join();
  CHECK(seen_meanwhile == 0);
  auto all = here.revocations().since(0, 10, contract::kNow);
  REQUIRE(all);
  REQUIRE(all->revocations.size() == 2);
  CHECK(*all->revocations[0].revocation.session == contract::id_of<SessionId>(1));
}
