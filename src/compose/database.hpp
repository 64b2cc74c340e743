#pragma once

#include <memory>
#include <string>

#include <watchword/options.hpp>

namespace watchword::compose {

/// The database of options.database_url. Errors: those of parse_database_url and of the engine's driver; `database_url`
/// (misconfigured) for an engine whose driver the host did not give.
Result<std::unique_ptr<sql::Database>> open_database(const Options& options, LogSink& log);

/// The same, only to be read, and not made where there is none.
Result<std::unique_ptr<sql::Database>> open_database_to_read(const Options& options, LogSink& log);

/// What wakes the revocation feed; null where the engine has no such thing.
Result<std::unique_ptr<ChangeSignal>> make_signal(const Options& options);

}  // namespace watchword::compose
