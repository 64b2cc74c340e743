#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <watchword/audit/audit.hpp>
#include <watchword/base/log.hpp>

namespace spdlog {
class logger;
}

namespace example {

/// One event as one line of JSON: {"time":...,"level":...,"event":...,<fields>}. Values are escaped, so that no text of
/// a client's can begin a line or a field.
class LogLine final {
 public:
  LogLine(std::string_view level, std::string_view event);
  LogLine& field(std::string_view name, std::string_view value);
  LogLine& field(std::string_view name, std::int64_t value);
  LogLine& flag(std::string_view name, bool value);
  std::string take() &&;

 private:
  std::string out_;
};

/// Writes JSON lines to standard error: what the library tells the operator, and its audit events. Keeps them back
/// until release(), so that a start that is refused says one thing only.
class Log final : public watchword::LogSink, public watchword::audit::Sink {
 public:
  explicit Log(bool requests);
  ~Log() override;
  void write(watchword::Severity severity, std::string_view event, std::string_view text) noexcept override;
  watchword::Result<void> record(watchword::Transaction&, const watchword::audit::Event&) noexcept override;
  void note(const watchword::audit::Event& event) noexcept override;
  /// Whether each request gets a line.
  bool requests() const noexcept { return requests_; }
  void line(LogLine&& line) noexcept;
  void release() noexcept;

 private:
  void write_out(const std::string& text) noexcept;

  std::shared_ptr<spdlog::logger> out_;
  bool requests_;
  std::atomic<bool> released_{false};
  std::mutex mutex_;
  std::vector<std::string> held_;
};

}  // namespace example
