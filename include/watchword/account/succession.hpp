#pragma once

#include <cstdint>

#include <watchword/base/export.hpp>
#include <watchword/base/id.hpp>
#include <watchword/base/result.hpp>
#include <watchword/storage/transaction.hpp>

namespace watchword::account {

/// Port: told by the account stores when a user id passes from one account to another, or to nobody, since another
/// system has deleted the row in the `users` table. Safe to use from any thread.
class WATCHWORD_EXPORT Succession {
 public:
  virtual ~Succession();
  /// Ends what the former owner of `user` had: every session, and every access token of an epoch below `epoch`. Called
  /// in the transaction that notices, more than once where that is repeated. An error undoes the transaction.
  virtual Result<void> end_former(Transaction& transaction, UserId user, std::int64_t epoch) noexcept = 0;

 protected:
  Succession() = default;
  Succession(const Succession&) = delete;
  Succession& operator=(const Succession&) = delete;
};

}  // namespace watchword::account
