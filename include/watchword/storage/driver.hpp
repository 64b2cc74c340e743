#pragma once

#include <memory>
#include <string>

#include <watchword/base/export.hpp>
#include <watchword/base/log.hpp>
#include <watchword/base/result.hpp>
#include <watchword/storage/change_signal.hpp>
#include <watchword/storage/sql.hpp>

namespace watchword::sql {

/// What the library of an engine gives open() for the URLs of its kind. Lives as long as the process.
struct Driver final {
  Result<std::unique_ptr<Database>> (*open)(const std::string& url, LogSink& log) noexcept;
  /// What wakes the revocation feed; null where the engine has no such thing.
  Result<std::unique_ptr<ChangeSignal>> (*make_signal)(const std::string& url) noexcept;
};

}  // namespace watchword::sql
