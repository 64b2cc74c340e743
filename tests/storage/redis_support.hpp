#pragma once

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>

#include <watchword/storage/redis.hpp>

#include "storage/redis_server.hpp"
#include "support/catch.hpp"

namespace watchword::test {

/// Where the tests' Redis server is; it is started and stopped by CTest.
inline std::string redis_url() {
  std::ifstream file(WATCHWORD_TEST_SERVERS "/redis.url");
  std::string url{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (url.empty()) throw std::runtime_error("no Redis server: run the case by ctest, which starts one");
  return url;
}

class Stopwatch final {
 public:
  Lifetime elapsed() const {
    const auto passed = std::chrono::steady_clock::now() - began_;
    return Lifetime::microseconds(std::chrono::duration_cast<std::chrono::microseconds>(passed).count());
  }

 private:
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

/// Keeps what it is told.
class KeptLog final : public LogSink {
 public:
  void write(Severity, std::string_view event, std::string_view text) noexcept override {
    std::lock_guard lock(mutex_);
    text_.append(event).append(": ").append(text).append("\n");
  }
  std::string text() const {
    std::lock_guard lock(mutex_);
    return text_;
  }
  /// Whether it was told of such a thing, now or within some seconds.
  bool comes_to_have(std::string_view words) const {
    for (const Stopwatch watch; watch.elapsed() < Lifetime::seconds(10);) {
      if (text().find(words) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

inline std::unique_ptr<ChangeSignal> redis_signal(const std::string& url, LogSink* log = nullptr) {
  redis::Options options;
  options.url = url;
  options.log = log;
  auto made = redis::make_change_signal(options);
  REQUIRE(made);
  return *std::move(made);
}

/// What was missed before it listened counts as heard.
inline std::unique_ptr<ChangeSignal> listening_signal(const std::string& url, LogSink* log = nullptr) {
  auto made = redis_signal(url, log);
  REQUIRE(made->wait(Lifetime::seconds(10)));
  return made;
}

constexpr Lifetime kSoon = Lifetime::seconds(10);
constexpr Lifetime kMoment = Lifetime::milliseconds(50);

}  // namespace watchword::test
