#include <watchword/account/sql_stores.hpp>

#include "account/account_core.hpp"
#include "storage/sql_store.hpp"

namespace watchword::account {

CredentialStore::~CredentialStore() = default;

namespace {

struct StoredPassword {
  AccountRow row;
  std::string hash;
};

class SqlCredentialStore final : public CredentialStore {
 public:
  SqlCredentialStore(sql::Database& database, const sql::Naming& naming, Succession* succession)
      : core_(database, naming, succession),
        find_(std::string("SELECT u.hashed_password, ") + kRowColumns + " FROM " + naming.users_table() +
              " u LEFT JOIN " + naming.side("accounts") + " a ON a.user_id = u.id WHERE u.id = $1"),
        replace_("UPDATE " + naming.users_table() + " SET hashed_password = $2, updated_at = $3 WHERE id = $1"),
        replace_if_("UPDATE " + naming.users_table() +
                    " SET hashed_password = $3 WHERE id = $1 AND hashed_password = $2") {}

  Result<std::optional<Credential>> find(UserId user) noexcept override {
    return sql::guarded([&]() -> Result<std::optional<Credential>> {
      auto stored = read(user);
      if (stored && *stored && !(*stored)->row.trusted() && user.value() > 0) {
        if (auto settled = core_.settle(user); !settled) return settled.error();
        stored = read(user);
      }
      if (!stored) return stored.error();
      if (!*stored || !(*stored)->row.trusted()) return std::optional<Credential>();
      return std::optional<Credential>(Credential{std::move((*stored)->hash), (*stored)->row.side->epoch});
    });
  }

  Result<bool> replace(Transaction& transaction, UserId user, std::string_view password_hash,
                       Timestamp now) noexcept override {
    return sql::within(transaction, [&](sql::Executor& executor) {
      return sql::changes(executor, replace_, {user.value(), password_hash, now});
    });
  }

  Result<bool> replace_if(Transaction& transaction, UserId user, std::string_view expected,
                          std::string_view password_hash) noexcept override {
    return sql::within(transaction, [&](sql::Executor& executor) {
      return sql::changes(executor, replace_if_, {user.value(), expected, password_hash});
    });
  }

 private:
  Result<std::optional<StoredPassword>> read(UserId user) const noexcept {
    return sql::read_from<std::optional<StoredPassword>>(core_.database(), [&](sql::Executor& executor) {
      return sql::find_one<StoredPassword>(executor, find_, {user.value()}, [](const sql::Row& row) {
        return StoredPassword{read_account_row(row, 1), std::string(row.text(0))};
      });
    });
  }

  AccountCore core_;
  sql::Statement find_;
  sql::Statement replace_;
  sql::Statement replace_if_;
};

}  // namespace

std::unique_ptr<CredentialStore> make_sql_credential_store(sql::Database& database, const sql::Naming& naming,
                                                           Succession* succession) {
  return std::make_unique<SqlCredentialStore>(database, naming, succession);
}

}  // namespace watchword::account
