#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <watchword/base/export.hpp>
#include <watchword/base/id.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/transaction.hpp>

namespace watchword::account {

/// A stored password and the epoch that stood with it in the same snapshot.
struct Credential final {
  std::string password_hash;  ///< "!" where there is none
  std::int64_t epoch = 0;
};

/// Port: password hashes. Apart from AccountStore, so that accounts without a password can exist. Safe from any thread.
/// Errors: those of the TransactionRunner and of sql::Executor.
class WATCHWORD_EXPORT CredentialStore {
 public:
  virtual ~CredentialStore();
  virtual Result<std::optional<Credential>> find(UserId user) noexcept = 0;
  /// False: no such account.
  virtual Result<bool> replace(Transaction& transaction, UserId user, std::string_view password_hash,
                               Timestamp now) noexcept = 0;
  /// Stores a dearer hash of the same password if `expected` still stands. Leaves updated_at alone. False: it does not.
  virtual Result<bool> replace_if(Transaction& transaction, UserId user, std::string_view expected,
                                  std::string_view password_hash) noexcept = 0;

 protected:
  CredentialStore() = default;
  CredentialStore(const CredentialStore&) = delete;
  CredentialStore& operator=(const CredentialStore&) = delete;
};

}  // namespace watchword::account
