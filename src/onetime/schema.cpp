#include <utility>

#include <watchword/onetime/sql_stores.hpp>

namespace watchword::onetime {

sql::FeatureSchema schema(const sql::Naming& naming) {
  const std::string table = naming.side("codes");
  sql::Migration first;
  first.version = 1;
  first.min_compatible = 1;
  first.statements = {
      "CREATE TABLE " + table +
          " (id {blob} NOT NULL PRIMARY KEY, purpose {bigint} NOT NULL, user_id {bigint} NOT NULL,"
          " digest {blob} NOT NULL, binding VARCHAR NOT NULL, created_at {bigint} NOT NULL,"
          " expires_at {bigint} NOT NULL, used_at {bigint})",
      "CREATE UNIQUE INDEX " + naming.prefix + "codes_digest ON " + table + " (purpose, digest)",
      // Used codes stay until they expire; of those not used there is one at most.
      "CREATE UNIQUE INDEX " + naming.prefix + "codes_open ON " + table + " (user_id, purpose) WHERE used_at IS NULL",
      "CREATE INDEX " + naming.prefix + "codes_expiry ON " + table + " (expires_at)",
  };
  sql::FeatureSchema schema;
  schema.feature = "onetime";
  schema.migrations.push_back(std::move(first));
  return schema;
}

}  // namespace watchword::onetime
