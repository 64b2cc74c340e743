#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <watchword/audit/audit.hpp>
#include <watchword/base/log.hpp>
#include <watchword/mail/mailer.hpp>
#include <watchword/password/password_hasher.hpp>
#include <watchword/watchword.hpp>

namespace watchword::test {

/// Keeps what would be mailed; fails where told to.
class Mailbox final : public mail::Mailer {
 public:
  Result<void> send(const mail::Message& message) noexcept override {
    std::lock_guard lock(mutex_);
    if (failing_) return Error(failure_, "mail_down", "The test's mailer fails.");
    messages_.push_back(message);
    return {};
  }
  void fail(Errc kind) {
    std::lock_guard lock(mutex_);
    failing_ = true;
    failure_ = kind;
  }
  void recover() {
    std::lock_guard lock(mutex_);
    failing_ = false;
  }
  std::vector<mail::Message> messages() {
    std::lock_guard lock(mutex_);
    return messages_;
  }

 private:
  std::mutex mutex_;
  bool failing_ = false;
  Errc failure_ = Errc::unavailable;
  std::vector<mail::Message> messages_;
};

/// Keeps what was audited as "name", "name!reason" for refusals.
class Trail final : public audit::Sink {
 public:
  Result<void> record(Transaction&, const audit::Event& event) noexcept override {
    std::lock_guard lock(mutex_);
    recorded_.emplace_back(event.name);
    all_ += (all_.empty() ? "+" : " +") + std::string(event.name);
    return {};
  }
  void note(const audit::Event& event) noexcept override {
    std::lock_guard lock(mutex_);
    std::string text(event.name);
    if (event.outcome != audit::Outcome::success) text += "!" + std::string(event.reason);
    noted_.push_back(text);
    all_ += (all_.empty() ? "" : " ") + text;
  }
  bool recorded(std::string_view name) { return holds(recorded_, name); }
  bool noted(std::string_view text) { return holds(noted_, text); }
  /// All events since the last call, in their order; recorded ones begin with "+".
  std::string take() {
    std::lock_guard lock(mutex_);
    return std::exchange(all_, "");
  }

 private:
  bool holds(const std::vector<std::string>& texts, std::string_view text) {
    std::lock_guard lock(mutex_);
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  }
  std::mutex mutex_;
  std::vector<std::string> recorded_;
  std::vector<std::string> noted_;
  std::string all_;
};

class LogBook final : public LogSink {
 public:
  void write(Severity, std::string_view event, std::string_view text) noexcept override {
    std::lock_guard lock(mutex_);
    events_.emplace_back(event);
    all_ += std::string(text) + "\n";
  }
  bool has(std::string_view event) {
    std::lock_guard lock(mutex_);
    return std::find(events_.begin(), events_.end(), event) != events_.end();
  }
  std::string all() {
    std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> events_;
  std::string all_;
};

/// Counts what a real hasher does.
class CountingHasher final : public PasswordHasher {
 public:
  explicit CountingHasher(PasswordHasher& inner) : inner_(inner) {}
  Result<std::string> hash(const Password& password) noexcept override {
    ++hashed;
    return inner_.hash(password);
  }
  Result<PasswordMatch> verify(const Password& password, std::string_view stored) noexcept override {
    ++verified;
    if (foreign_takes.count() > 0 && !inner_.costs_as_usual(stored)) {
      std::this_thread::sleep_for(foreign_takes);
      return PasswordMatch::mismatch;
    }
    auto match = inner_.verify(password, stored);
    if (after_verify) after_verify();
    return match;
  }
  Result<void> verify_nothing(const Password& password) noexcept override {
    ++verified;
    return inner_.verify_nothing(password);
  }
  bool costs_as_usual(std::string_view stored) const noexcept override { return inner_.costs_as_usual(stored); }
  std::atomic<int> hashed{0};
  std::atomic<int> verified{0};
  std::function<void()> after_verify;
  std::chrono::milliseconds foreign_takes{0};  ///< how long hashes of another cost take, in place of their work

 private:
  PasswordHasher& inner_;
};

}  // namespace watchword::test
