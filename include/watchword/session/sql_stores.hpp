#pragma once

#include <memory>

#include <watchword/base/export.hpp>
#include <watchword/session/refresh_token_store.hpp>
#include <watchword/session/revocation.hpp>
#include <watchword/session/session_store.hpp>
#include <watchword/storage/migration.hpp>
#include <watchword/storage/naming.hpp>
#include <watchword/storage/sql.hpp>

namespace watchword::session {

WATCHWORD_EXPORT sql::FeatureSchema schema(const sql::Naming& naming);

/// The stores over SQL. `database` must outlive them. May throw std::bad_alloc only.
WATCHWORD_EXPORT std::unique_ptr<SessionStore> make_sql_session_store(sql::Database& database,
                                                                      const sql::Naming& naming);
WATCHWORD_EXPORT std::unique_ptr<RefreshTokenStore> make_sql_refresh_token_store(sql::Database& database,
                                                                                 const sql::Naming& naming);
WATCHWORD_EXPORT std::unique_ptr<RevocationStore> make_sql_revocation_store(sql::Database& database,
                                                                            const sql::Naming& naming);

/// Removes at most `limit` rows that have expired from each of the sessions' tables; gives how many went. Revocations
/// stay for another day, lest a clock that was ahead delete what is in force.
WATCHWORD_EXPORT Result<std::int64_t> purge(sql::Database& database, const sql::Naming& naming, Timestamp now,
                                            std::int64_t limit) noexcept;

}  // namespace watchword::session
