#pragma once

#include <memory>
#include <string>

#include <watchword/storage/sql.hpp>

namespace watchword::compose {

/// The database of a URL. Errors: those of parse_database_url and sqlite::open; `database_url` (misconfigured) for an
/// engine whose driver the host must bring.
Result<std::unique_ptr<sql::Database>> open_database(const std::string& url, bool create = true);

/// The same, only to be read, and not made where there is none.
Result<std::unique_ptr<sql::Database>> open_database_to_read(const std::string& url);

}  // namespace watchword::compose
