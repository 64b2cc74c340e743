#pragma once

#include <memory>

#include <watchword/base/export.hpp>
#include <watchword/onetime/one_time_codes.hpp>
#include <watchword/storage/migration.hpp>
#include <watchword/storage/naming.hpp>
#include <watchword/storage/sql.hpp>

namespace watchword::onetime {

WATCHWORD_EXPORT sql::FeatureSchema schema(const sql::Naming& naming);

/// The store over SQL. `database` must outlive it. May throw std::bad_alloc only.
WATCHWORD_EXPORT std::unique_ptr<CodeStore> make_sql_code_store(sql::Database& database, const sql::Naming& naming);

/// Removes at most `limit` expired codes; gives how many went.
WATCHWORD_EXPORT Result<std::int64_t> purge(sql::Database& database, const sql::Naming& naming, Timestamp now,
                                            std::int64_t limit) noexcept;

}  // namespace watchword::onetime
