#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <watchword/mail/dispatcher.hpp>
#include <watchword/storage/sqlite.hpp>

#include "mail/backoff.hpp"
#include "support/catch.hpp"
#include "support/fake_clock.hpp"
#include "support/seeded_rng.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

class EchoComposer final : public mail::Composer {
 public:
  Result<mail::Message> compose(const mail::OutboxEntry& entry) noexcept override {
    if (entry.kind == "unknown") return Error(Errc::internal, "mail_kind_unknown", "There is no text.");
    return mail::Message{entry.id.text(), entry.to, "subject", "text", entry.created_at};
  }
};

class Receiver final : public mail::Mailer {
 public:
  Result<void> send(const mail::Message& message) noexcept override {
    ++tries;
    if (failing) return Error(Errc::unavailable, "mail_down", "The test's mailer fails.");
    std::lock_guard lock(mutex_);
    received_.insert(message.message_id);
    return {};
  }
  std::size_t received() {
    std::lock_guard lock(mutex_);
    return received_.size();
  }
  void forget() {
    std::lock_guard lock(mutex_);
    tries = 0;
    received_.clear();
  }
  std::atomic<int> tries{0};
  std::atomic<bool> failing{false};

 private:
  std::mutex mutex_;
  std::set<std::string> received_;
};

class Lines final : public LogSink {
 public:
  void write(Severity, std::string_view event, std::string_view) noexcept override {
    std::lock_guard lock(mutex_);
    events_.emplace(event);
  }
  bool has(const std::string& event) {
    std::lock_guard lock(mutex_);
    return events_.count(event) > 0;
  }

 private:
  std::mutex mutex_;
  std::set<std::string> events_;
};

struct Post {
  Post() {
    sqlite::Options options;
    options.path = ":memory:";
    database = sqlite::open(options).value();
    std::vector<sql::FeatureSchema> features;
    features.push_back(mail::schema({}));
    sql::migrate(*database, {}, features, sql::MigrationMode::automatic).value();
    outbox = mail::make_sql_outbox(*database, {});
    // So long an interval that only the test sends, once the dispatcher's thread has looked for the first time.
    put();
    dispatcher =
        mail::Dispatcher::create({*database, *outbox, composer, receiver, clock, rng, log}, Lifetime::hours(1)).value();
    while (receiver.tries == 0) std::this_thread::yield();
    dispatcher->flush().value();
    receiver.forget();
  }
  void put(const std::string& kind = "kind", Lifetime lifetime = Lifetime::hours(1)) {
    auto id = RecordId::generate(rng).value();
    auto done = database->run([&](Transaction& transaction) -> Result<void> {
      return outbox->enqueue(
          transaction, {id, kind, UserId(1), "mike@example.com", RecordId(), clock.now(), clock.now() + lifetime});
    });
    REQUIRE(done);
  }
  int tries_after(Lifetime wait) {
    clock.advance(wait);
    int before = receiver.tries;
    dispatcher->flush().value();
    return receiver.tries - before;
  }

  FakeClock clock;
  SeededRng rng;
  Lines log;
  EchoComposer composer;
  Receiver receiver;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<mail::Outbox> outbox;
  std::unique_ptr<mail::Dispatcher> dispatcher;
};

}  // namespace

TEST_CASE("a flush sends all that is due once") {
  Post post;
  for (int i = 0; i < 20; ++i) post.put();
  CHECK(post.tries_after(Lifetime()) == 20);
  CHECK(post.receiver.received() == 20);
  CHECK(post.tries_after(Lifetime::hours(2)) == 0);
}

TEST_CASE("a wake sends on the dispatcher's own thread") {
  Post post;
  post.put();
  post.dispatcher->wake();
  for (int i = 0; i < 500 && post.receiver.received() == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(post.receiver.received() == 1);
}

TEST_CASE("what fails is tried again later and later") {
  Post post;
  post.receiver.failing = true;
  post.put("kind", Lifetime::days(1));
  CHECK(post.tries_after(Lifetime()) == 1);
  CHECK(post.tries_after(Lifetime::milliseconds(4999)) == 0);
  CHECK(post.tries_after(Lifetime::milliseconds(1251)) == 1);
  CHECK(post.tries_after(Lifetime::milliseconds(9999)) == 0);
  CHECK(post.tries_after(Lifetime::milliseconds(2501)) == 1);
  post.receiver.failing = false;
  CHECK(post.tries_after(Lifetime::seconds(26)) == 1);
  CHECK(post.receiver.received() == 1);
}

TEST_CASE("expired mail is not sent to the tick") {
  Post post;
  post.put("kind", Lifetime::seconds(10));
  post.put("kind", Lifetime::seconds(11));
  CHECK(post.tries_after(Lifetime::seconds(10)) == 1);
  CHECK(post.tries_after(Lifetime::seconds(10)) == 0);
}

TEST_CASE("4.33 a kind without text is left to a newer release until it expires") {
  Post post;
  post.put("unknown", Lifetime::hours(1));
  CHECK(post.tries_after(Lifetime()) == 0);
  CHECK_FALSE(post.log.has("mail_given_up"));
  auto due = [&](Timestamp now) {
    std::size_t count = 0;
    CHECK(post.database->run([&](Transaction& transaction) -> Result<void> {
      auto claimed = post.outbox->claim(transaction, now, Lifetime::seconds(1), 8);
      if (!claimed) return claimed.error();
      count = claimed->size();
      return {};
    }));
    return count;
  };
  CHECK(due(post.clock.now() + Lifetime::minutes(30)) == 1);
  CHECK(due(post.clock.now() + Lifetime::hours(1)) == 0);
}

TEST_CASE("a claimed message that was not settled comes back after its lease") {
  Post post;
  post.put();
  CHECK(post.database->run([&](Transaction& transaction) -> Result<void> {
    auto claimed = post.outbox->claim(transaction, post.clock.now(), Lifetime::minutes(5), 8);
    if (!claimed) return claimed.error();
    return {};
  }));
  CHECK(post.tries_after(Lifetime::microseconds(Lifetime::minutes(5).microseconds() - 1)) == 0);
  CHECK(post.tries_after(Lifetime::microseconds(1)) == 1);
}

TEST_CASE("the wait doubles to fifteen minutes and a quarter more at most") {
  SeededRng rng;
  const std::int64_t seconds[] = {5, 10, 20, 40, 80, 160, 320, 640, 900, 900};
  for (int attempt = 1; attempt <= 10; ++attempt) {
    const auto base = Lifetime::seconds(seconds[attempt - 1]);
    std::set<std::int64_t> seen;
    for (int i = 0; i < 50; ++i) {
      auto wait = mail::backoff(attempt, rng);
      CHECK(wait >= base);
      CHECK(wait.microseconds() <= base.microseconds() + base.microseconds() / 4);
      seen.insert(wait.microseconds());
    }
    CHECK(seen.size() > 10);
  }
  rng.fail_after(0);
  CHECK(mail::backoff(0, rng) == Lifetime::seconds(5));
  CHECK(mail::backoff(1000000, rng) == Lifetime::minutes(15));
}

TEST_CASE("an interval out of range is refused and the end comes at once") {
  Post post;
  const mail::Dispatcher::Parts parts{*post.database, *post.outbox, post.composer, post.receiver,
                                      post.clock,     post.rng,     post.log};
  CHECK(mail::Dispatcher::create(parts, Lifetime()).error().code() == "mail_interval");
  CHECK(mail::Dispatcher::create(parts, Lifetime::days(1)).error().code() == "mail_interval");
  auto began = std::chrono::steady_clock::now();
  mail::Dispatcher::create(parts, Lifetime::hours(1)).value().reset();
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(10));
}

TEST_CASE("a child process neither hangs nor sends") {
  Post post;
  post.put();
  pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::alarm(20);
    post.dispatcher->wake();
    auto sent = post.dispatcher->flush();
    bool refused = !sent && sent.error().code() == "mail_after_fork" && post.receiver.tries == 0;
    post.dispatcher.reset();
    ::_exit(refused ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(post.dispatcher->flush());
  CHECK(post.receiver.received() == 1);
}
