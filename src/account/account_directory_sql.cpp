#include <algorithm>

#include <watchword/account/sql_stores.hpp>

#include "account/account_rows.hpp"
#include "storage/sql_store.hpp"

namespace watchword::account {

AccountDirectory::~AccountDirectory() = default;

namespace {

constexpr std::size_t kPageLimit = 100000;

class SqlAccountDirectory final : public AccountDirectory {
 public:
  SqlAccountDirectory(sql::Database& database, const sql::Naming& naming)
      : database_(database),
        list_(std::string("SELECT ") + kUserColumns + " FROM " + naming.users_table() +
              " u WHERE u.id > $1 ORDER BY u.id LIMIT $2") {}

  Result<std::vector<Account>> list(UserId after, std::size_t limit) noexcept override {
    const auto most = static_cast<std::int64_t>(std::min(limit, kPageLimit));
    return sql::read_from<std::vector<Account>>(database_, [&](sql::Executor& executor) {
      return sql::collect<Account>(executor, list_, {after.value(), most},
                                   [](const sql::Row& row) { return read_account(row, 0); });
    });
  }

 private:
  sql::Database& database_;
  sql::Statement list_;
};

}  // namespace

std::unique_ptr<AccountDirectory> make_sql_account_directory(sql::Database& database, const sql::Naming& naming) {
  return std::make_unique<SqlAccountDirectory>(database, naming);
}

}  // namespace watchword::account
