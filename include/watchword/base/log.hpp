#pragma once

#include <cstdint>
#include <string_view>

#include <watchword/base/export.hpp>

namespace watchword {

enum class Severity : std::uint8_t { info, warning, error };

/// Port: where the library tells the operator what no caller gets as an error (a key derived for want of another, a
/// store that recovers). Called from any thread; must not block, and cannot change an outcome. Never gets a secret.
class WATCHWORD_EXPORT LogSink {
 public:
  virtual ~LogSink();
  /// `event` is a stable name ("root_key_derived"), `text` one English sentence.
  virtual void write(Severity severity, std::string_view event, std::string_view text) noexcept = 0;

 protected:
  LogSink() = default;
  LogSink(const LogSink&) = default;
  LogSink& operator=(const LogSink&) = default;
};

/// Discards everything. Lives as long as the process.
WATCHWORD_EXPORT LogSink& null_log() noexcept;

}  // namespace watchword
