#pragma once

#include <string>

#include <watchword/base/result.hpp>
#include <watchword/storage/sql.hpp>

namespace watchword::account {

/// A statement that tells of each column that we need whether the users table lacks it; for every engine alike, also
/// where the table is empty.
std::string columns_text(const std::string& users_table);

/// Error: `users_columns_missing` (misconfigured); the reason names them: "email, updated_at".
Result<void> check_columns(sql::Executor& executor, const sql::Statement& columns);

}  // namespace watchword::account
