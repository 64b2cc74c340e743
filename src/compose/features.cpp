#include "compose/features.hpp"

#include <watchword/account/sql_stores.hpp>
#include <watchword/mail/outbox.hpp>
#include <watchword/onetime/sql_stores.hpp>
#include <watchword/session/sql_stores.hpp>

namespace watchword::compose {
namespace {

using sql::Database;
using sql::Naming;

}  // namespace

const std::vector<Feature>& features() {
  static const std::vector<Feature> all = {
      {account::schema, nullptr},
      {[](Database&, const Naming& naming) { return session::schema(naming); }, session::purge},
      {[](Database&, const Naming& naming) { return onetime::schema(naming); }, onetime::purge},
      {[](Database&, const Naming& naming) { return mail::schema(naming); }, mail::purge},
  };
  return all;
}

std::vector<sql::FeatureSchema> schemas(sql::Database& database, const sql::Naming& naming) {
  std::vector<sql::FeatureSchema> made;
  for (const auto& feature : features()) made.push_back(feature.schema(database, naming));
  return made;
}

Result<std::int64_t> purge(sql::Database& database, const sql::Naming& naming, Timestamp now, std::int64_t limit) {
  std::int64_t gone = 0;
  for (const auto& feature : features()) {
    if (feature.purge == nullptr) continue;
    auto purged = feature.purge(database, naming, now, limit);
    if (!purged) return purged;
    gone += *purged;
  }
  return gone;
}

}  // namespace watchword::compose
