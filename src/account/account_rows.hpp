#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <watchword/account/account.hpp>
#include <watchword/storage/naming.hpp>
#include <watchword/storage/sql.hpp>

/// The users table beside what we know of each of its rows. Another system may write to that table at any time, so a
/// side row counts only while it still describes the row that it was made for.
namespace watchword::account {

/// The rules that the stored keys were made by; raised when key_of_stored_email or key_of_stored_username change.
inline constexpr std::int64_t kCanonVersion = 1;

/// What names are unique by. A row without either key cannot be signed in to by name.
struct Keys final {
  std::optional<std::string> email;
  std::optional<std::string> username;
  bool none() const noexcept { return !email && !username; }
};

struct SideRow final {
  Keys keys;
  std::int64_t epoch = 0;
  std::int64_t canon = 0;
  std::string email_seen;
  std::string username_seen;
  std::optional<std::int64_t> created_seen;
};

/// A row of the users table, its side row, or both.
struct AccountRow final {
  UserId id;
  std::optional<Account> user;
  std::optional<SideRow> side;

  /// The id belongs to somebody else than it did when the side row was made: it has another date of creation or, where
  /// there is no date, other names altogether.
  bool reused() const noexcept;
  /// The side row describes the user row as it is.
  bool current() const noexcept;
  /// The epoch may be relied on.
  bool trusted() const noexcept { return user && side && !reused(); }
};

/// The columns that read_account() reads, of a users table called u.
extern const char* const kUserColumns;
/// The columns that read_account_row() reads, of a users table called u and a side table called a.
extern const char* const kRowColumns;

Account read_account(const sql::Row& row, int first);
AccountRow read_account_row(const sql::Row& row, int first);

/// What key_of_stored_email or key_of_stored_username gave; names that are empty or no UTF-8 have no key. Throws
/// std::bad_alloc where memory was short, lest anybody be left out for that.
std::optional<std::string> key_or_none(Result<std::string> key);
/// Keys of names as they are stored. Throws std::bad_alloc.
Keys keys_of(const std::string& email, const std::string& username);
inline Keys keys_of(const Account& account) { return keys_of(account.email, account.username); }

std::optional<std::int64_t> created_mark(const Account& account) noexcept;
/// The lowest epoch that an account of that age may have: above those of whoever had its id before.
std::int64_t first_epoch(const Account& account) noexcept;

/// A value for a nullable column.
inline sql::Value nullable(const std::optional<std::string>& text) noexcept {
  return text ? sql::Value(*text) : sql::Value(nullptr);
}
inline sql::Value nullable(const std::optional<std::int64_t>& n) noexcept {
  return n ? sql::Value(*n) : sql::Value(nullptr);
}

}  // namespace watchword::account
