#include <watchword/mail/outbox.hpp>

#include "storage/purge.hpp"

namespace watchword::mail {

Result<std::int64_t> purge(sql::Database& database, const sql::Naming& naming, Timestamp now,
                           std::int64_t limit) noexcept {
  return sql::purge_expired(database, {{"outbox", "id"}}, naming, now, limit);
}

}  // namespace watchword::mail
