#pragma once

#include <string>

#include <watchword/base/result.hpp>
#include <watchword/storage/sql.hpp>

namespace watchword::account {

/// Users table rows by batches, so that no engine need hold a large table's rows at once.
inline constexpr int kScanBatch = 4096;
/// The statement that scans them: id, email, username, created_at above $1, in order of ids.
std::string scan_text(const std::string& users_table);

/// Looks for names in the users table that have one canonical key. Error: `accounts_collide` (misconfigured); the
/// reason lists ids: "e-mail: 3 and 17; user name: 4 and 9".
Result<void> check_collisions(sql::Executor& executor, const sql::Statement& scan);

}  // namespace watchword::account
