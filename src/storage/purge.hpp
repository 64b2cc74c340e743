#pragma once

#include <cstdint>
#include <initializer_list>

#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/naming.hpp>
#include <watchword/storage/sql.hpp>

namespace watchword::sql {

/// A side table with a column `expires_at` in microseconds, its key, and how long its rows stay beyond their expiry.
struct ExpiringTable final {
  const char* name;
  const char* key;
  Lifetime margin{};
};

/// Removes at most `limit` rows that have expired at `now` from each of the tables; gives how many went.
Result<std::int64_t> purge_expired(Database& database, std::initializer_list<ExpiringTable> tables,
                                   const Naming& naming, Timestamp now, std::int64_t limit) noexcept;

}  // namespace watchword::sql
