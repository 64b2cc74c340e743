#include "storage/purge.hpp"

#include <initializer_list>

#include <watchword/session/sql_stores.hpp>

namespace watchword::session {

Result<std::int64_t> purge(sql::Database& database, const sql::Naming& naming, Timestamp now,
                           std::int64_t limit) noexcept {
  return sql::purge_expired(database, {{"sessions", "id"}, {"refresh_tokens", "digest"}, {"revocations", "sequence"}},
                            naming, now, limit);
}

}  // namespace watchword::session
