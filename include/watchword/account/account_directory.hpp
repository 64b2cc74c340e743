#pragma once

#include <cstddef>
#include <vector>

#include <watchword/account/account.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>

namespace watchword::account {

/// Port: the operator's view of all accounts. Apart from AccountStore, since no request of a user needs it. Errors:
/// those of the TransactionRunner and of sql::Executor.
class WATCHWORD_EXPORT AccountDirectory {
 public:
  virtual ~AccountDirectory();
  /// Up to `limit` accounts with ids above `after`, in order of their ids.
  virtual Result<std::vector<Account>> list(UserId after, std::size_t limit) noexcept = 0;

 protected:
  AccountDirectory() = default;
  AccountDirectory(const AccountDirectory&) = delete;
  AccountDirectory& operator=(const AccountDirectory&) = delete;
};

}  // namespace watchword::account
