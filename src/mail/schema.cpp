#include <utility>

#include <watchword/mail/outbox.hpp>

namespace watchword::mail {

sql::FeatureSchema schema(const sql::Naming& naming) {
  const std::string table = naming.side("outbox");
  sql::Migration first;
  first.version = 1;
  first.min_compatible = 1;
  first.statements = {
      "CREATE TABLE " + table +
          " (id {blob} NOT NULL PRIMARY KEY, kind VARCHAR NOT NULL, user_id {bigint} NOT NULL,"
          " recipient VARCHAR NOT NULL, subject_id {blob} NOT NULL, created_at {bigint} NOT NULL,"
          " expires_at {bigint} NOT NULL, attempts {bigint} NOT NULL, due_at {bigint} NOT NULL)",
      "CREATE INDEX " + naming.prefix + "outbox_due ON " + table + " (due_at)",
      "CREATE INDEX " + naming.prefix + "outbox_expiry ON " + table + " (expires_at)",
  };
  sql::FeatureSchema schema;
  schema.feature = "mail";
  schema.migrations.push_back(std::move(first));
  return schema;
}

}  // namespace watchword::mail
