#include "log.hpp"

#include <cstdio>
#include <ctime>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace example {
namespace {

std::string now_text() {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  tm utc{};
  gmtime_r(&t.tv_sec, &utc);
  char date[32];
  char out[48];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(out, sizeof out, "%s.%03dZ", date, static_cast<int>(t.tv_nsec / 1000000));
  return out;
}

// Anything but printable ASCII is written as \u00xx of its bytes: no control, bidi mark or broken UTF-8 reaches a
// terminal.
void append_escaped(std::string& out, std::string_view text) {
  for (unsigned char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c >= 0x20 && c < 0x7F) {
      out += static_cast<char>(c);
    } else {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", c);
      out += escaped;
    }
  }
}

const char* name_of(watchword::Severity severity) {
  switch (severity) {
    case watchword::Severity::info:
      return "info";
    case watchword::Severity::warning:
      return "warning";
    case watchword::Severity::error:
      break;
  }
  return "error";
}

/// A stolen refresh token is the one event that somebody should look at.
const char* level_of(const watchword::audit::Event& event) {
  return event.name == "session.theft" ? "warning" : "info";
}

const char* name_of(watchword::audit::Outcome outcome) {
  switch (outcome) {
    case watchword::audit::Outcome::success:
      return "success";
    case watchword::audit::Outcome::refused:
      break;
  }
  return "refused";
}

}  // namespace

LogLine::LogLine(std::string_view level, std::string_view event) {
  out_.reserve(256);
  out_ += "{\"time\":\"" + now_text() + "\"";
  field("level", level).field("event", event);
}

LogLine& LogLine::field(std::string_view name, std::string_view value) {
  out_ += ",\"";
  out_ += name;
  out_ += "\":\"";
  append_escaped(out_, value);
  out_ += '"';
  return *this;
}

LogLine& LogLine::field(std::string_view name, std::int64_t value) {
  out_ += ",\"";
  out_ += name;
  out_ += "\":" + std::to_string(value);
  return *this;
}

LogLine& LogLine::flag(std::string_view name, bool value) {
  out_ += ",\"";
  out_ += name;
  out_ += value ? "\":true" : "\":false";
  return *this;
}

std::string LogLine::take() && { return std::move(out_) + "}"; }

Log::Log(bool requests)
    : out_(std::make_shared<spdlog::logger>("watchword", std::make_shared<spdlog::sinks::stderr_sink_mt>())),
      requests_(requests) {
  out_->set_pattern("%v");
}

Log::~Log() = default;

void Log::line(LogLine&& line) noexcept {
  try {
    std::string text = std::move(line).take();
    if (released_) return write_out(text);
    std::lock_guard lock(mutex_);
    if (!released_) return held_.push_back(std::move(text));
    write_out(text);
  } catch (...) {
    // A log that cannot be written must not stop the server.
  }
}

void Log::release() noexcept {
  std::lock_guard lock(mutex_);
  for (const auto& text : held_) write_out(text);
  held_.clear();
  released_ = true;
}

void Log::write_out(const std::string& text) noexcept {
  try {
    out_->info("{}", text);
  } catch (...) {
  }
}

void Log::write(watchword::Severity severity, std::string_view event, std::string_view text) noexcept {
  try {
    line(std::move(LogLine(name_of(severity), event).field("text", text)));
  } catch (...) {
  }
}

watchword::Result<void> Log::record(watchword::Transaction&, const watchword::audit::Event&) noexcept { return {}; }

void Log::note(const watchword::audit::Event& event) noexcept {
  try {
    LogLine out(level_of(event), event.name);
    out.field("outcome", name_of(event.outcome));
    if (event.user.value() != 0) out.field("user", event.user.value());
    if (event.session != watchword::SessionId()) out.field("session", event.session.text());
    if (!event.reason.empty()) out.field("reason", event.reason);
    if (event.context != nullptr) {
      out.field("client", event.context->client_address).field("request_id", event.context->request_id);
    }
    line(std::move(out));
  } catch (...) {
  }
}

}  // namespace example
