#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <watchword/base/result.hpp>
#include <watchword/storage/naming.hpp>
#include <watchword/storage/sql.hpp>

#include "account/account_rows.hpp"

namespace watchword::account {

/// What to look for: canonical keys, and the bytes that the users table itself may hold.
struct Names final {
  std::string_view email_key;
  std::string_view username_key;
  std::string_view email;
  std::string_view username;
};

/// A row and what it was found by.
struct Match final {
  enum class By : std::uint8_t { email_key = 1, username_key, email, username, unseen };
  By by = By::unseen;
  AccountRow row;
};

/// The last id given away, and the last one whose row in the users table was looked at.
struct Ids final {
  std::int64_t last = 0;
  std::int64_t adopted = 0;
};

/// The statements on the users table and ours beside it. Immutable.
class AccountTable final {
 public:
  explicit AccountTable(const sql::Naming& naming);

  /// One statement whoever is looked for: the same work whether or not the names exist.
  Result<std::vector<Match>> look_up(sql::Executor& executor, const Names& names) const;
  /// Who holds the keys.
  Result<std::vector<AccountRow>> find_holders(sql::Executor& executor, const Keys& keys) const;
  Result<std::optional<AccountRow>> find(sql::Executor& executor, UserId user) const;
  Result<std::vector<UserId>> list_after(sql::Executor& executor, std::int64_t id) const;

  /// Until the transaction ends nobody else gives out ids or names.
  Result<Ids> lock_ids(sql::Executor& executor) const;
  Result<void> save_ids(sql::Executor& executor, const Ids& ids) const;
  Result<std::int64_t> highest_user(sql::Executor& executor) const;
  /// Until the transaction ends nobody else changes the account.
  Result<void> lock(sql::Executor& executor, UserId user) const;

  Result<void> insert_side(sql::Executor& executor, const Account& account, const Keys& keys, std::int64_t epoch) const;
  Result<void> update_side(sql::Executor& executor, const Account& account, const Keys& keys, std::int64_t epoch) const;
  Result<void> release_keys(sql::Executor& executor, UserId user) const;
  /// The user's row has gone: whoever comes back under its id is somebody else, of a higher epoch.
  Result<void> bury(sql::Executor& executor, UserId user, std::int64_t epoch) const;
  /// Raises everybody's epoch to max(old + 1, `least`), once all who hold their account locked have ended.
  Result<void> raise_all(sql::Executor& executor, std::int64_t least) const;

 private:
  sql::Statement look_up_;
  sql::Statement holders_;
  sql::Statement find_;
  sql::Statement list_;
  sql::Statement lock_ids_;
  sql::Statement save_ids_;
  sql::Statement highest_;
  sql::Statement lock_;
  sql::Statement insert_side_;
  sql::Statement update_side_;
  sql::Statement release_;
  sql::Statement bury_;
  sql::Statement raise_all_;
};

}  // namespace watchword::account
