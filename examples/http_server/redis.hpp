#pragma once

#include <memory>

#include <watchword/base/log.hpp>
#include <watchword/base/result.hpp>
#include <watchword/storage/change_signal.hpp>

#include "settings.hpp"

namespace example {

/// Lets the servers that share a database hear of each other's revocations by the Redis of the settings; null where
/// they name none. Whether it answers shows in the log later: a wrong URL alone is an error (misconfigured). The signal
/// must outlive what is opened with the settings' options, and the log the signal.
watchword::Result<std::unique_ptr<watchword::ChangeSignal>> use_redis(Settings& settings, watchword::LogSink& log);

}  // namespace example
