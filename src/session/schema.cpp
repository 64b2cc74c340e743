#include <utility>

#include <watchword/session/sql_stores.hpp>

namespace watchword::session {
namespace {

void add_sessions(std::vector<std::string>& statements, const sql::Naming& naming) {
  const std::string table = naming.side("sessions");
  // What clients say of themselves is kept as bytes: an engine's text need not be able to hold it.
  statements.push_back("CREATE TABLE " + table +
                       " (id {blob} NOT NULL PRIMARY KEY, user_id {bigint} NOT NULL, epoch {bigint} NOT NULL,"
                       " methods {bigint} NOT NULL, authenticated_at {bigint} NOT NULL, level {bigint} NOT NULL,"
                       " created_at {bigint} NOT NULL, last_used_at {bigint} NOT NULL, expires_at {bigint} NOT NULL,"
                       " client_address {blob} NOT NULL, user_agent {blob} NOT NULL, device {blob} NOT NULL,"
                       " hour_began {bigint} NOT NULL, rotations {bigint} NOT NULL)");
  statements.push_back("CREATE INDEX " + naming.prefix + "sessions_user ON " + table + " (user_id, created_at)");
  statements.push_back("CREATE INDEX " + naming.prefix + "sessions_expiry ON " + table + " (expires_at)");
}

void add_refresh_tokens(std::vector<std::string>& statements, const sql::Naming& naming) {
  const std::string table = naming.side("refresh_tokens");
  statements.push_back(
      "CREATE TABLE " + table +
      " (digest {blob} NOT NULL PRIMARY KEY, session_id {blob} NOT NULL, generation {bigint} NOT NULL,"
      " state {bigint} NOT NULL, expires_at {bigint} NOT NULL, changed_at {bigint} NOT NULL,"
      " nonce {blob}, key_id VARCHAR, successor {blob}, drawn_at {bigint}, user_id {bigint} NOT NULL)");
  statements.push_back("CREATE INDEX " + naming.prefix + "refresh_session ON " + table + " (session_id)");
  statements.push_back("CREATE INDEX " + naming.prefix + "refresh_successor ON " + table + " (successor)");
  statements.push_back("CREATE INDEX " + naming.prefix + "refresh_expiry ON " + table + " (expires_at)");
}

void add_revocations(std::vector<std::string>& statements, const sql::Naming& naming) {
  const std::string table = naming.side("revocations");
  const std::string counter = naming.side("revocation_counter");
  statements.push_back("CREATE TABLE " + table +
                       " (sequence {bigint} NOT NULL PRIMARY KEY, kind {bigint} NOT NULL, user_id {bigint} NOT NULL,"
                       " session_id {blob}, min_epoch {bigint} NOT NULL, expires_at {bigint} NOT NULL)");
  statements.push_back("CREATE INDEX " + naming.prefix + "revocations_expiry ON " + table + " (expires_at)");
  statements.push_back("CREATE TABLE " + counter +
                       " (only_row {bigint} NOT NULL PRIMARY KEY, last_sequence {bigint} NOT NULL)");
  statements.push_back("INSERT INTO " + counter + " (only_row, last_sequence) VALUES (1, 0)");
}

}  // namespace

sql::FeatureSchema schema(const sql::Naming& naming) {
  sql::Migration first;
  first.version = 1;
  first.min_compatible = 1;
  add_sessions(first.statements, naming);
  add_refresh_tokens(first.statements, naming);
  add_revocations(first.statements, naming);
  sql::FeatureSchema schema;
  schema.feature = "session";
  schema.migrations.push_back(std::move(first));
  return schema;
}

}  // namespace watchword::session
