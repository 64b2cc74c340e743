#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include <watchword/base/log.hpp>
#include <watchword/session/revocation.hpp>
#include <watchword/session/revocation_feed.hpp>
#include <watchword/session/revocation_index.hpp>
#include <watchword/storage/change_signal.hpp>

#include "base/own_process.hpp"
#include "session/no_throw.hpp"

namespace watchword::session {
namespace {

constexpr std::size_t kBatch = 1000;
constexpr Lifetime kPurgeInterval = Lifetime::seconds(30);

bool valid(const FeedOptions& options) noexcept {
  return options.interval >= Lifetime::milliseconds(1) && options.interval <= Lifetime::hours(1) &&
         options.bound >= options.interval && options.bound <= Lifetime::hours(24);
}

}  // namespace

class RevocationFeed::Impl {
 public:
  Impl(RevocationStore& store, RevocationIndex& index, Clock& clock, Clock& steady, LogSink& log,
       const FeedOptions& options, ChangeSignal* signal)
      : store_(store),
        index_(index),
        clock_(clock),
        steady_(steady),
        log_(log),
        options_(options),
        polling_(std::make_unique<Polling>(signal)) {}

  ~Impl() {
    // In the child of a fork there is no thread to join, and a lock that it held would stay held for ever.
    if (!in_own_process()) {
      static_cast<void>(polling_.release());
      return;
    }
    polling_->stop();
  }

  void start_threads() {
    polling_->thread = std::thread([this] { run(*polling_); });
    if (polling_->signal != nullptr) polling_->listener = std::thread([this] { polling_->listen(); });
  }

  Result<void> poll() {
    if (!in_own_process()) {
      return Error(Errc::internal, "feed_after_fork", "Open the library anew in a child process.");
    }
    std::lock_guard lock(poll_mutex_);
    Timestamp began = steady_.now();
    auto read = read_new();
    if (read && began - purged_at_ >= kPurgeInterval && index_.purge(read_at_)) purged_at_ = began;
    report(read);
    if (read) polled_at_.store(began.microseconds(), std::memory_order_release);
    return read;
  }

  Lifetime age() const noexcept {
    return steady_.now() - Timestamp::from_microseconds(polled_at_.load(std::memory_order_acquire));
  }
  bool stale() const noexcept { return age() > options_.bound; }
  bool in_own_process() const noexcept { return process_.is_this(); }

 private:
  struct Polling final {
    explicit Polling(ChangeSignal* from) noexcept : signal(from) {}

    void listen() {
      while (!is_stopping()) {
        if (signal->wait(Lifetime::seconds(1))) ring(told);
      }
    }
    bool is_stopping() {
      std::lock_guard lock(mutex);
      return stopping;
    }
    void ring(bool& what) {
      {
        std::lock_guard lock(mutex);
        what = true;
      }
      wake.notify_all();
    }
    void stop() {
      ring(stopping);
      if (signal != nullptr) signal->close();
      if (thread.joinable()) thread.join();
      if (listener.joinable()) listener.join();
    }

    ChangeSignal* const signal;
    std::mutex mutex;
    std::condition_variable wake;
    bool stopping = false;
    bool told = false;
    std::thread thread;
    std::thread listener;
  };

  void run(Polling& polling) {
    std::unique_lock lock(polling.mutex);
    auto pause = std::chrono::microseconds(options_.interval.microseconds());
    for (;;) {
      polling.wake.wait_for(lock, pause, [&polling] { return polling.stopping || polling.told; });
      if (polling.stopping) return;
      polling.told = false;
      lock.unlock();
      auto ignored = no_throw([this] { return poll(); });
      static_cast<void>(ignored);
      lock.lock();
    }
  }

  Result<void> read_new() {
    Timestamp now = clock_.now();
    // What was purged as expired may be in force again once the wall clock has been set back.
    if (now < read_at_) cursor_ = 0;
    read_at_ = now;
    for (;;) {
      auto page = store_.since(cursor_, kBatch, now);
      if (!page) return page.error();
      // The database was put back to an earlier state: what was revoked since has numbers that were seen before.
      if (cursor_ > 0 && page->last < cursor_) {
        cursor_ = 0;
        continue;
      }
      for (const auto& numbered : page->revocations) {
        auto added = index_.add(numbered.revocation);
        if (!added) return added;
        cursor_ = numbered.sequence;
      }
      if (page->revocations.size() < kBatch) return {};
    }
  }

  void report(const Result<void>& read) noexcept {
    if (failing_ == !read) return;
    failing_ = !read;
    if (failing_) {
      log_.write(Severity::warning, "revocations_unreachable", "The revocations cannot be read from the store.");
    } else {
      log_.write(Severity::info, "revocations_recovered", "The revocations are read from the store again.");
    }
  }

  RevocationStore& store_;
  RevocationIndex& index_;
  Clock& clock_;
  Clock& steady_;
  LogSink& log_;
  const FeedOptions options_;
  const OwnProcess process_;
  std::atomic<std::int64_t> polled_at_{0};

  std::mutex poll_mutex_;
  std::int64_t cursor_ = 0;
  Timestamp read_at_;
  Timestamp purged_at_ = steady_.now();
  bool failing_ = false;

  std::unique_ptr<Polling> polling_;
};

RevocationFeed::RevocationFeed(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

RevocationFeed::~RevocationFeed() = default;

Result<std::unique_ptr<RevocationFeed>> RevocationFeed::start(RevocationStore& store, RevocationIndex& index,
                                                              Clock& clock, Clock& steady, LogSink& log,
                                                              const FeedOptions& options,
                                                              ChangeSignal* signal) noexcept {
  return no_throw([&]() -> Result<std::unique_ptr<RevocationFeed>> {
    if (!valid(options)) {
      return Error(Errc::misconfigured, "feed_options", "Use an interval of 1 ms to 1 h and a bound of no less.");
    }
    auto impl = std::make_unique<Impl>(store, index, clock, steady, log, options, signal);
    auto first = impl->poll();
    if (!first) return first.error();
    impl->start_threads();
    return std::unique_ptr<RevocationFeed>(new RevocationFeed(std::move(impl)));
  });
}

Lifetime RevocationFeed::age() const noexcept { return impl_->age(); }
bool RevocationFeed::stale() const noexcept { return impl_->stale(); }
Result<void> RevocationFeed::poll() noexcept {
  return no_throw([this] { return impl_->poll(); });
}

}  // namespace watchword::session
