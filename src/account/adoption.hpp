#pragma once

#include <cstddef>
#include <vector>

#include <watchword/account/account_store.hpp>
#include <watchword/account/succession.hpp>

#include "account/account_table.hpp"

namespace watchword::account {

/// Brings our side rows up to what another system has written to the users table. All that writes is done while the
/// ids are locked, so that no two do it at once. Transactions given must have an executor().
class Adoption final {
 public:
  /// `succession`: told of ids that have passed on; may be null.
  Adoption(const AccountTable& table, Succession* succession) noexcept : table_(table), succession_(succession) {}

  /// Which of the rows found call for catch_up(). Reads only.
  Result<std::vector<UserId>> find_unsettled(sql::Executor& executor, const std::vector<Match>& found) const;
  /// Locks the ids, gives a side row to rows that are new, and puts right those of `unsettled`. At most `batches`
  /// batches of new rows.
  Result<Ids> catch_up(Transaction& transaction, std::vector<UserId> unsettled, std::size_t batches) const;

  static constexpr std::size_t kAllBatches = static_cast<std::size_t>(-1);

 private:
  Result<Ids> adopt_unseen(Transaction& transaction, Ids ids, std::size_t batches) const;
  Result<bool> could_have_keys(sql::Executor& executor, const AccountRow& row) const;
  Result<void> settle(Transaction& transaction, std::vector<UserId> users) const;
  Result<void> release(sql::Executor& executor, std::vector<UserId>& users, std::size_t index) const;
  Result<void> assign(Transaction& transaction, UserId user) const;
  Result<bool> held_by_another(sql::Executor& executor, const Keys& keys, UserId user) const;
  Result<void> save(Transaction& transaction, const AccountRow& row, const Keys& keys) const;
  Result<void> bury(Transaction& transaction, const AccountRow& row) const;
  Result<void> end_former(Transaction& transaction, UserId user, std::int64_t epoch) const;

  const AccountTable& table_;
  Succession* succession_;
};

}  // namespace watchword::account
