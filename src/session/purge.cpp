#include "storage/purge.hpp"

#include <initializer_list>

#include <watchword/session/sql_stores.hpp>

namespace watchword::session {
namespace {

/// A clock that was ahead by less, and was set back, has lost nothing that is in force. Without its session or refresh
/// token somebody signs in again; without its revocation somebody stays in.
constexpr Lifetime kRevocationMargin = Lifetime::days(1);

}  // namespace

Result<std::int64_t> purge(sql::Database& database, const sql::Naming& naming, Timestamp now,
                           std::int64_t limit) noexcept {
  return sql::purge_expired(
      database, {{"sessions", "id"}, {"refresh_tokens", "digest"}, {"revocations", "sequence", kRevocationMargin}},
      naming, now, limit);
}

}  // namespace watchword::session
