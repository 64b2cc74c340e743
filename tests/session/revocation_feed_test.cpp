#include <chrono>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <watchword/base/log.hpp>
#include <watchword/session/revocation_feed.hpp>
#include <watchword/session/revocation_index.hpp>

#include "session/support.hpp"

using namespace watchword;
using namespace watchword::session;
using namespace watchword::test;

namespace {

/// Revocations in memory, which fail when told to.
class ListedRevocations final : public RevocationStore {
 public:
  Result<void> record(Transaction&, const Revocation& revocation) noexcept override {
    list(revocation);
    return {};
  }
  Result<RevocationPage> since(std::int64_t after, std::size_t limit, Timestamp now) noexcept override {
    std::lock_guard lock(mutex_);
    if (failing_) return Error(Errc::unavailable, "store_unavailable", "The test's store fails.");
    RevocationPage page;
    page.last = rows_.empty() ? 0 : rows_.back().sequence;
    for (const auto& row : rows_) {
      bool wanted = row.sequence > after && row.revocation.expires_at > now;
      if (wanted && page.revocations.size() < limit) page.revocations.push_back(row);
    }
    return page;
  }
  void list(const Revocation& revocation) {
    std::lock_guard lock(mutex_);
    rows_.push_back({static_cast<std::int64_t>(rows_.size()) + 1, revocation});
  }
  /// As after a backup of that many revocations came back.
  void put_back(std::size_t rows) {
    std::lock_guard lock(mutex_);
    rows_.resize(rows);
  }
  void fail(bool failing) {
    std::lock_guard lock(mutex_);
    failing_ = failing;
  }

 private:
  std::mutex mutex_;
  std::vector<NumberedRevocation> rows_;
  bool failing_ = false;
};

class CountingLog final : public LogSink {
 public:
  void write(Severity, std::string_view event, std::string_view) noexcept override {
    if (event == "revocations_unreachable") ++unreachable;
    if (event == "revocations_recovered") ++recovered;
  }
  std::atomic<int> unreachable{0};
  std::atomic<int> recovered{0};
};

struct Fixture {
  void revoke(std::uint64_t n, Lifetime life = Lifetime::minutes(31)) {
    Revocation revocation;
    revocation.session = session_id(n);
    revocation.expires_at = clock.now() + life;
    store.list(revocation);
  }
  bool revoked(std::uint64_t n) { return index->revokes(tokens.verified(UserId(1), session_id(n), 0, clock.now())); }
  /// With an interval that is too long for its thread to poll within a test.
  std::unique_ptr<RevocationFeed> start(FeedOptions options = {Lifetime::hours(1), Lifetime::hours(1)}) {
    return RevocationFeed::start(store, *index, clock, steady, log, options).value();
  }

  FakeClock clock;
  FakeClock steady;
  SeededRng rng;
  Tokens tokens{rng};
  ListedRevocations store;
  CountingLog log;
  std::unique_ptr<RevocationIndex> index = RevocationIndex::create().value();
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a feed starts with all that was revoked before", "[feed]") {
  for (std::uint64_t n = 1; n <= 2500; ++n) revoke(n);
  auto feed = start();
  CHECK(index->size() == 2500);
  CHECK(revoked(2500));
  CHECK_FALSE(revoked(2501));
}

TEST_CASE_METHOD(Fixture, "a poll brings what came since", "[feed]") {
  auto feed = start();
  revoke(1);
  CHECK_FALSE(revoked(1));
  feed->poll().value();
  CHECK(revoked(1));
}

TEST_CASE_METHOD(Fixture, "the feed polls by itself", "[feed]") {
  auto feed = start({Lifetime::milliseconds(1), Lifetime::seconds(1)});
  revoke(1);
  for (int tries = 0; tries < 2000 && !revoked(1); ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  CHECK(revoked(1));
}

TEST_CASE_METHOD(Fixture, "a feed is stale once its last success is older than the bound", "[feed]") {
  auto feed = start();
  CHECK(feed->age() == Lifetime{});
  steady.advance(Lifetime::hours(1));
  CHECK_FALSE(feed->stale());
  steady.advance(kTick);
  CHECK(feed->stale());
  store.fail(true);
  CHECK(feed->poll().error().code() == "store_unavailable");
  CHECK(feed->poll().error().code() == "store_unavailable");
  CHECK(feed->stale());
  store.fail(false);
  feed->poll().value();
  CHECK_FALSE(feed->stale());
  CHECK(feed->age() == Lifetime{});
  CHECK(log.unreachable == 1);
  CHECK(log.recovered == 1);
}

TEST_CASE_METHOD(Fixture, "a feed does not start over a store that cannot answer", "[feed]") {
  store.fail(true);
  auto feed = RevocationFeed::start(store, *index, clock, steady, log, {});
  REQUIRE_FALSE(feed.has_value());
  CHECK(feed.error().kind() == Errc::unavailable);
}

TEST_CASE_METHOD(Fixture, "unusable feed options are refused", "[feed]") {
  for (FeedOptions options :
       {FeedOptions{Lifetime{}, Lifetime::seconds(1)}, FeedOptions{Lifetime::seconds(2), Lifetime::seconds(1)},
        FeedOptions{Lifetime::seconds(-1), Lifetime::seconds(1)}}) {
    auto feed = RevocationFeed::start(store, *index, clock, steady, log, options);
    REQUIRE_FALSE(feed.has_value());
    CHECK(feed.error().code() == "feed_options");
  }
}

TEST_CASE_METHOD(Fixture, "4.15 the feed forgets the expired and recalls it when the clock is set back", "[feed]") {
  revoke(1);
  auto feed = start();
  clock.advance(Lifetime::days(3650));
  steady.advance(Lifetime::seconds(30));
  feed->poll().value();
  CHECK(index->size() == 0);
  clock.advance(Lifetime::days(-3650));
  feed->poll().value();
  CHECK(revoked(1));
}

TEST_CASE_METHOD(Fixture, "4.34 a feed reads anew what a store was put back to under it", "[feed]") {
  for (std::uint64_t n = 1; n <= 3; ++n) revoke(n);
  auto feed = start();
  store.put_back(1);
  revoke(7);
  feed->poll().value();
  CHECK(revoked(7));
  CHECK(revoked(1));
  store.put_back(0);
  feed->poll().value();
  revoke(8);
  feed->poll().value();
  CHECK(revoked(8));
}

TEST_CASE_METHOD(Fixture, "a child process neither hangs nor polls", "[feed]") {
  auto feed = start({Lifetime::milliseconds(1), Lifetime::seconds(1)});
  pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::alarm(20);
    bool refused = !feed->poll().has_value();
    feed.reset();
    ::_exit(refused ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
