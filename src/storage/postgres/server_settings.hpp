#pragma once

#include <watchword/base/log.hpp>
#include <watchword/base/result.hpp>

#include "storage/postgres/connection.hpp"

namespace watchword::postgres {

/// Errors (misconfigured): `database_encoding`, `database_version`. Settings that could lose what was acknowledged are
/// told to the log.
Result<void> check_settings(Connection& connection, LogSink& log) noexcept;

/// `database_refused` (misconfigured) where a server turned the connection away; else the error as it is.
Error explain_refusal(const ConnectionSettings& settings, const Error& error);

}  // namespace watchword::postgres
