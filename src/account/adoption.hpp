#pragma once

#include <cstddef>
#include <vector>

#include <watchword/account/account_store.hpp>

#include "account/account_table.hpp"

namespace watchword::account {

/// Brings our side rows up to what another system has written to the users table. All that writes is done while the
/// ids are locked, so that no two do it at once.
class Adoption final {
 public:
  explicit Adoption(const AccountTable& table) noexcept : table_(table) {}

  /// Which of the rows found call for catch_up(). Reads only.
  Result<std::vector<UserId>> find_unsettled(sql::Executor& executor, const std::vector<Match>& found) const;
  /// Locks the ids, gives a side row to rows that are new, and puts right those of `unsettled`. At most `batches`
  /// batches of new rows.
  Result<Ids> catch_up(sql::Executor& executor, std::vector<UserId> unsettled, std::size_t batches) const;

  static constexpr std::size_t kAllBatches = static_cast<std::size_t>(-1);

 private:
  Result<Ids> adopt_unseen(sql::Executor& executor, Ids ids, std::size_t batches) const;
  Result<bool> could_have_keys(sql::Executor& executor, const AccountRow& row) const;
  Result<void> settle(sql::Executor& executor, std::vector<UserId> users) const;
  Result<void> release(sql::Executor& executor, std::vector<UserId>& users, std::size_t index) const;
  Result<void> assign(sql::Executor& executor, UserId user) const;
  Result<bool> held_by_another(sql::Executor& executor, const Keys& keys, UserId user) const;
  Result<void> save(sql::Executor& executor, const AccountRow& row, const Keys& keys) const;

  const AccountTable& table_;
};

}  // namespace watchword::account
