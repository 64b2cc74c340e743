#include "account/account_table.hpp"

#include <initializer_list>

#include "storage/sql_store.hpp"

namespace watchword::account {
namespace {

struct Sources {
  std::string by_side;  ///< side rows, also those whose user is gone
  std::string by_user;  ///< users, also those without a side row
  explicit Sources(const sql::Naming& naming)
      : by_side(" FROM " + naming.side("accounts") + " a LEFT JOIN " + naming.users_table() + " u ON u.id = a.user_id"),
        by_user(" FROM " + naming.users_table() + " u LEFT JOIN " + naming.side("accounts") +
                " a ON a.user_id = u.id") {}
};

std::string arm(int by, const std::string& source, const char* condition) {
  return "SELECT " + std::to_string(by) + " AS found_by, " + kRowColumns + source + " WHERE " + condition;
}

std::string look_up_text(const sql::Naming& naming) {
  const Sources from(naming);
  const std::string unseen = "u.id > (SELECT adopted_id FROM " + naming.side("user_ids") + ") ORDER BY u.id LIMIT 64";
  return arm(1, from.by_side, "a.email_key = $1") + " UNION ALL " + arm(2, from.by_side, "a.username_key = $2") +
         " UNION ALL " + arm(3, from.by_user, "u.email = $3") + " UNION ALL " +
         arm(4, from.by_user, "u.username = $4") + " UNION ALL SELECT * FROM (" + arm(5, from.by_user, unseen.c_str()) +
         ") AS unseen";
}

std::string holders_text(const sql::Naming& naming) {
  return std::string("SELECT ") + kRowColumns + Sources(naming).by_side +
         " WHERE a.email_key = $1 OR a.username_key = $2";
}

Error corrupt(const char* what) noexcept {
  return Error(Errc::internal, "store_corrupt", "The database is damaged.").with_reason(what);
}

Match read_match(const sql::Row& row) { return {static_cast<Match::By>(row.integer(0)), read_account_row(row, 1)}; }

}  // namespace

AccountTable::AccountTable(const sql::Naming& naming)
    : look_up_(look_up_text(naming)),
      holders_(holders_text(naming)),
      find_(std::string("SELECT ") + kRowColumns + Sources(naming).by_user + " WHERE u.id = $1 UNION ALL SELECT " +
            kRowColumns + Sources(naming).by_side + " WHERE a.user_id = $1 AND u.id IS NULL"),
      list_("SELECT id FROM " + naming.users_table() + " WHERE id > $1 ORDER BY id LIMIT 256"),
      lock_ids_("UPDATE " + naming.side("user_ids") +
                " SET last_id = last_id WHERE only_row = 1 RETURNING last_id, adopted_id"),
      save_ids_("UPDATE " + naming.side("user_ids") + " SET last_id = $1, adopted_id = $2 WHERE only_row = 1"),
      highest_("SELECT COALESCE(MAX(id), 0) FROM " + naming.users_table()),
      lock_("UPDATE " + naming.side("accounts") + " SET epoch = epoch WHERE user_id = $1"),
      insert_side_("INSERT INTO " + naming.side("accounts") +
                   " (user_id, email_key, username_key, epoch, canon, email_seen, username_seen, created_seen)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"),
      update_side_("UPDATE " + naming.side("accounts") +
                   " SET email_key = $2, username_key = $3, epoch = $4, canon = $5, email_seen = $6,"
                   " username_seen = $7, created_seen = $8 WHERE user_id = $1"),
      release_("UPDATE " + naming.side("accounts") + " SET email_key = NULL, username_key = NULL WHERE user_id = $1"),
      bury_("UPDATE " + naming.side("accounts") +
            " SET email_key = NULL, username_key = NULL, email_seen = '', username_seen = '', created_seen = NULL,"
            " epoch = $2 WHERE user_id = $1"),
      raise_all_("UPDATE " + naming.side("accounts") +
                 " SET epoch = CASE WHEN epoch >= $1 THEN epoch + 1 ELSE $1 END") {}

Result<std::vector<Match>> AccountTable::look_up(sql::Executor& executor, const Names& names) const {
  return sql::collect<Match>(executor, look_up_, {names.email_key, names.username_key, names.email, names.username},
                             read_match);
}

Result<std::vector<AccountRow>> AccountTable::find_holders(sql::Executor& executor, const Keys& keys) const {
  return sql::collect<AccountRow>(executor, holders_, {nullable(keys.email), nullable(keys.username)},
                                  [](const sql::Row& row) { return read_account_row(row, 0); });
}

Result<std::optional<AccountRow>> AccountTable::find(sql::Executor& executor, UserId user) const {
  return sql::find_one<AccountRow>(executor, find_, {user.value()},
                                   [](const sql::Row& row) { return read_account_row(row, 0); });
}

Result<std::vector<UserId>> AccountTable::list_after(sql::Executor& executor, std::int64_t id) const {
  return sql::collect<UserId>(executor, list_, {id}, [](const sql::Row& row) { return UserId(row.integer(0)); });
}

Result<Ids> AccountTable::lock_ids(sql::Executor& executor) const {
  auto ids = sql::find_one<Ids>(executor, lock_ids_, {}, [](const sql::Row& row) {
    return Ids{row.integer(0), row.integer(1)};
  });
  if (!ids) return ids.error();
  if (!*ids) return corrupt("the row of the last user id is missing");
  return **ids;
}

Result<void> AccountTable::save_ids(sql::Executor& executor, const Ids& ids) const {
  return sql::run(executor, save_ids_, {ids.last, ids.adopted});
}

Result<std::int64_t> AccountTable::highest_user(sql::Executor& executor) const {
  auto highest =
      sql::find_one<std::int64_t>(executor, highest_, {}, [](const sql::Row& row) { return row.integer(0); });
  if (!highest) return highest.error();
  return highest->value_or(0);
}

Result<void> AccountTable::lock(sql::Executor& executor, UserId user) const {
  return sql::run(executor, lock_, {user.value()});
}

Result<void> AccountTable::insert_side(sql::Executor& executor, const Account& account, const Keys& keys,
                                       std::int64_t epoch) const {
  auto inserted = sql::changes(executor, insert_side_,
                               {account.id.value(), nullable(keys.email), nullable(keys.username), epoch, kCanonVersion,
                                account.email, account.username, nullable(created_mark(account))});
  if (!inserted) return inserted.error();
  if (!*inserted) return corrupt("an account's side row is in the way of another's");
  return {};
}

Result<void> AccountTable::update_side(sql::Executor& executor, const Account& account, const Keys& keys,
                                       std::int64_t epoch) const {
  return sql::run(executor, update_side_,
                  {account.id.value(), nullable(keys.email), nullable(keys.username), epoch, kCanonVersion,
                   account.email, account.username, nullable(created_mark(account))});
}

Result<void> AccountTable::release_keys(sql::Executor& executor, UserId user) const {
  return sql::run(executor, release_, {user.value()});
}

Result<void> AccountTable::bury(sql::Executor& executor, UserId user, std::int64_t epoch) const {
  return sql::run(executor, bury_, {user.value(), epoch});
}

Result<void> AccountTable::raise_all(sql::Executor& executor, std::int64_t least) const {
  return sql::run(executor, raise_all_, {least});
}

}  // namespace watchword::account
