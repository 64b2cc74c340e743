#pragma once

#include <optional>

#include <watchword/account/account_store.hpp>

#include "account/account_table.hpp"
#include "account/adoption.hpp"

namespace watchword::account {

/// What the account stores have in common: rows found and settled, whichever system wrote them.
class AccountCore final {
 public:
  AccountCore(sql::Database& database, const sql::Naming& naming, Succession* succession)
      : database_(database), table_(naming), adoption_(table_, succession) {}
  AccountCore(const AccountCore&) = delete;
  AccountCore& operator=(const AccountCore&) = delete;

  sql::Database& database() const noexcept { return database_; }
  const AccountTable& table() const noexcept { return table_; }
  const Adoption& adoption() const noexcept { return adoption_; }

  /// What bears the names, settled; opens a transaction only if another system has left something to be settled.
  /// `all_unseen`: adopts every new row there is, in as many transactions of bounded size as it takes.
  Result<std::vector<Match>> find_named(const Names& names, bool all_unseen) const noexcept;
  /// Settles an account in a transaction of its own.
  Result<void> settle(UserId user) const noexcept;
  /// In somebody's transaction: the account, settled and locked until its end. Empty: no such account.
  Result<std::optional<AccountRow>> lock(Transaction& transaction, UserId user) const;

 private:
  sql::Database& database_;
  AccountTable table_;
  Adoption adoption_;
};

}  // namespace watchword::account
