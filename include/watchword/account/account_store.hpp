#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <watchword/account/account.hpp>
#include <watchword/account/identifier.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/storage/transaction.hpp>

namespace watchword::account {

struct NewAccount final {
  EmailAddress email;
  UserName username;
  std::string password_hash;  ///< "!" where the account has no password
};

/// What to change; absent fields stay.
struct ProfileChange final {
  std::optional<EmailAddress> email;
  std::optional<UserName> username;
};

enum class Taken : std::uint8_t { email, username };

/// Whether an account may be signed in to, and since when tokens count.
struct Standing final {
  bool is_active = false;
  std::int64_t epoch = 0;
};

/// Port: accounts. Names are unique by their canonical keys (EmailAddress::key, UserName::key), which the library
/// computes, never the database; an address equal to another's user name is a different key. Rows that another system
/// adds to or changes in the `users` table are found by the next look-up; where it has given a deleted user's id again,
/// what the former owner had is ended before the new one is shown (Succession). Safe to use from any thread. Errors:
/// those of the TransactionRunner and of sql::Executor; an absent account is an empty optional, never an error.
class WATCHWORD_EXPORT AccountStore {
 public:
  virtual ~AccountStore();

  virtual Result<std::optional<Account>> find(UserId user) noexcept = 0;
  /// Does the same work whether or not the name exists.
  virtual Result<std::optional<Account>> find_by_login(const LoginName& name) noexcept = 0;
  /// May take note of all that another system has added, in transactions of its own of bounded size, where the other
  /// look-ups do a bounded part: ask it before insert() or rename(), lest these do it all in theirs.
  virtual Result<std::optional<Account>> find_by_email(const EmailAddress& email) noexcept = 0;

  /// Adds an active account under an id that no account ever had. Either the account, or which of its names is taken.
  struct Inserted final {
    std::optional<Account> account;
    std::optional<Taken> taken;
  };
  virtual Result<Inserted> insert(Transaction& transaction, const NewAccount& account, Timestamp now) noexcept = 0;

  /// Changes names. Either the changed account, or which name is taken, or neither: there is no such account. A change
  /// of nothing reads the account as this transaction sees it.
  virtual Result<Inserted> rename(Transaction& transaction, UserId user, const ProfileChange& change,
                                  Timestamp now) noexcept = 0;

  /// Reads the standing and keeps it from changing until the transaction ends.
  virtual Result<std::optional<Standing>> lock_standing(Transaction& transaction, UserId user) noexcept = 0;

  /// Raises the epoch to max(old + 1, now in milliseconds) and returns it; so a restored backup cannot bring an old
  /// epoch back. Empty: no such account. UserId 0 stands for everybody: raises every account's epoch likewise, after
  /// all transactions that hold a standing, and returns now in milliseconds, which none is below.
  virtual Result<std::optional<std::int64_t>> advance_epoch(Transaction& transaction, UserId user,
                                                            Timestamp now) noexcept = 0;

  /// False: no such account.
  virtual Result<bool> set_active(Transaction& transaction, UserId user, bool active, Timestamp now) noexcept = 0;

 protected:
  AccountStore() = default;
  AccountStore(const AccountStore&) = delete;
  AccountStore& operator=(const AccountStore&) = delete;
};

}  // namespace watchword::account
