#pragma once

#include <cstdint>
#include <vector>

#include <watchword/storage/migration.hpp>
#include <watchword/storage/naming.hpp>
#include <watchword/storage/sql.hpp>

namespace watchword::compose {

/// What a feature wants of the database.
struct Feature final {
  sql::FeatureSchema (*schema)(sql::Database&, const sql::Naming&);
  /// Removes what has expired; null where nothing does.
  Result<std::int64_t> (*purge)(sql::Database&, const sql::Naming&, Timestamp now, std::int64_t limit) noexcept;
};

/// All features, in the order in which their schemas are made.
const std::vector<Feature>& features();

/// May throw std::bad_alloc.
std::vector<sql::FeatureSchema> schemas(sql::Database& database, const sql::Naming& naming);

/// Up to `limit` rows of each feature; gives how many went.
Result<std::int64_t> purge(sql::Database& database, const sql::Naming& naming, Timestamp now, std::int64_t limit);

}  // namespace watchword::compose
