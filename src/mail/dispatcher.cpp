#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <watchword/mail/dispatcher.hpp>

#include "base/contained.hpp"
#include "base/own_process.hpp"
#include "base/wipe.hpp"
#include "mail/backoff.hpp"

namespace watchword::mail {
namespace {

constexpr int kBatch = 8;
constexpr Lifetime kLease = Lifetime::minutes(5);

}  // namespace

class Dispatcher::Impl {
 public:
  Impl(const Parts& parts, Lifetime interval) : parts_(parts), interval_(interval) {
    thread_ = std::thread([this] { run(); });
  }

  ~Impl() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  bool in_own_process() const noexcept { return process_.is_this(); }

  void wake() {
    if (!process_.is_this()) return;
    {
      std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_all();
  }

  Result<void> send_due() {
    if (!process_.is_this()) {
      return Error(Errc::internal, "mail_after_fork", "Open the library anew in a child process.");
    }
    // One round at a time: whoever flushes waits for what the thread is sending, and a Mailer sees one message at once.
    std::lock_guard round(round_);
    for (;;) {
      std::vector<OutboxEntry> entries;
      const Timestamp claimed_at = parts_.clock.now();
      auto claimed = claim(claimed_at, entries);
      if (!claimed) return claimed;
      if (entries.empty()) return {};
      for (const auto& entry : entries) {
        if (stopping() || parts_.clock.now() >= claimed_at + kLease) return {};
        auto settled = settle(entry);
        if (!settled) return settled;
      }
    }
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      woken_ = false;
      lock.unlock();
      auto sent = contained([this] { return send_due(); });
      if (!sent) parts_.log.write(Severity::warning, "mail_waiting", "The outbox does not answer; mail waits.");
      lock.lock();
      changed_.wait_for(lock, std::chrono::microseconds(interval_.microseconds()),
                        [this] { return stopping_ || woken_; });
    }
  }

  bool stopping() {
    std::lock_guard lock(mutex_);
    return stopping_;
  }

  Result<void> claim(Timestamp now, std::vector<OutboxEntry>& entries) {
    return parts_.runner.run([&](Transaction& transaction) -> Result<void> {
      auto due = parts_.outbox.claim(transaction, now, kLease, kBatch);
      if (!due) return due.error();
      entries = std::move(*due);
      return {};
    });
  }

  Result<void> settle(const OutboxEntry& entry) {
    if (entry.expires_at <= parts_.clock.now()) return give_up(entry, "mail_expired", "it has expired");
    auto sent = send(entry);
    if (sent) return remove(entry.id);
    // A newer release beside this one may know it.
    if (sent.error().code() == "mail_kind_unknown") return postpone(entry);
    if (sent.error().kind() != Errc::unavailable) return give_up(entry, "mail_given_up", sent.error().code());
    return postpone(entry);
  }

  Result<void> send(const OutboxEntry& entry) {
    auto message = parts_.composer.compose(entry);
    if (!message) return message.error();
    auto sent = parts_.mailer.send(*message);
    wipe(message->text);
    return sent;
  }

  Result<void> give_up(const OutboxEntry& entry, std::string_view event, std::string_view why) {
    parts_.log.write(Severity::warning, event,
                     "Mail " + entry.id.text() + " for user " + std::to_string(entry.user.value()) +
                         " is given up: " + std::string(why) + ".");
    return remove(entry.id);
  }

  Result<void> remove(const RecordId& id) {
    return parts_.runner.run(
        [&](Transaction& transaction) -> Result<void> { return parts_.outbox.remove(transaction, id); });
  }

  Result<void> postpone(const OutboxEntry& entry) {
    const Timestamp next = parts_.clock.now() + backoff(entry.attempts, parts_.rng);
    return parts_.runner.run(
        [&](Transaction& transaction) -> Result<void> { return parts_.outbox.postpone(transaction, entry.id, next); });
  }

  const OwnProcess process_;
  const Parts parts_;
  const Lifetime interval_;
  std::mutex round_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

Dispatcher::Dispatcher(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Dispatcher::~Dispatcher() {
  if (impl_ && !impl_->in_own_process()) static_cast<void>(impl_.release());
}

Result<std::unique_ptr<Dispatcher>> Dispatcher::create(const Parts& parts, Lifetime interval) noexcept {
  if (interval < Lifetime::milliseconds(1) || interval > Lifetime::hours(1)) {
    return Error(Errc::misconfigured, "mail_interval", "The outbox is looked at every 1 ms to 1 hour.");
  }
  return contained([&]() -> Result<std::unique_ptr<Dispatcher>> {
    return std::unique_ptr<Dispatcher>(new Dispatcher(std::make_unique<Impl>(parts, interval)));
  });
}

void Dispatcher::wake() noexcept { impl_->wake(); }

Result<void> Dispatcher::flush() noexcept {
  return contained([this] { return impl_->send_due(); });
}

}  // namespace watchword::mail
