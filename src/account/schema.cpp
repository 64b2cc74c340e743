#include <algorithm>
#include <memory>
#include <utility>

#include <watchword/account/sql_stores.hpp>

#include "account/account_table.hpp"
#include "account/collisions.hpp"
#include "account/users_columns.hpp"
#include "storage/sql_store.hpp"

namespace watchword::account {
namespace {

struct Statements {
  explicit Statements(const sql::Naming& naming)
      : columns(columns_text(naming.users_table())), scan(scan_text(naming.users_table())), table(naming) {}
  sql::Statement columns;
  sql::Statement scan;
  AccountTable table;
};

Account read_scanned(const sql::Row& row) {
  Account account;
  account.id = UserId(row.integer(0));
  account.email = row.text(1);
  account.username = row.text(2);
  if (!row.is_null(3)) account.created_at = row.timestamp(3);
  return account;
}

/// A side row for every user that is there.
Result<void> fill(sql::Executor& executor, const Statements& statements) {
  for (std::int64_t last = 0;;) {
    auto batch = sql::collect<Account>(executor, statements.scan, {last}, read_scanned);
    if (!batch) return batch.error();
    for (const auto& account : *batch) {
      last = account.id.value();
      auto added = statements.table.insert_side(executor, account, keys_of(account), first_epoch(account));
      if (!added) return added;
    }
    if (batch->size() < static_cast<std::size_t>(kScanBatch)) {
      return statements.table.save_ids(executor, {last, last});
    }
  }
}

std::vector<std::string> first_tables(const sql::Naming& naming) {
  return {"CREATE TABLE IF NOT EXISTS " + naming.users_table() +
              " (id {serial} PRIMARY KEY, email VARCHAR UNIQUE NOT NULL, username VARCHAR UNIQUE NOT NULL,"
              " hashed_password VARCHAR NOT NULL, is_active {boolean} DEFAULT TRUE,"
              " created_at {timestamp} DEFAULT CURRENT_TIMESTAMP, updated_at {timestamp})",
          "CREATE TABLE " + naming.side("accounts") +
              " (user_id {bigint} NOT NULL PRIMARY KEY, email_key VARCHAR UNIQUE, username_key VARCHAR UNIQUE,"
              " epoch {bigint} NOT NULL, canon {bigint} NOT NULL, email_seen VARCHAR NOT NULL,"
              " username_seen VARCHAR NOT NULL, created_seen {bigint})",
          "CREATE TABLE " + naming.side("user_ids") +
              " (only_row {bigint} NOT NULL PRIMARY KEY, last_id {bigint} NOT NULL, adopted_id {bigint} NOT NULL)",
          "INSERT INTO " + naming.side("user_ids") + " (only_row, last_id, adopted_id) VALUES (1, 0, 0)"};
}

}  // namespace

sql::FeatureSchema schema(sql::Database& database, const sql::Naming& naming) {
  auto statements = std::make_shared<const Statements>(naming);
  sql::Migration first;
  first.version = 1;
  first.min_compatible = 1;
  first.statements = first_tables(naming);
  first.check = [&database, statements, users = naming.users_table()](sql::Executor& executor) -> Result<void> {
    return sql::guarded([&]() -> Result<void> {
      auto exists = database.has_table(executor, users);
      if (!exists) return exists.error();
      if (!*exists) return {};
      auto whole = check_columns(executor, statements->columns);
      return whole ? check_collisions(executor, statements->scan) : whole;
    });
  };
  first.fill = [statements](Transaction& transaction) {
    return sql::within(transaction, [&](sql::Executor& executor) { return fill(executor, *statements); });
  };
  sql::FeatureSchema schema;
  schema.feature = "account";
  schema.migrations.push_back(std::move(first));
  return schema;
}

}  // namespace watchword::account
