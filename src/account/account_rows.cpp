#include "account/account_rows.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include <watchword/account/identifier.hpp>

namespace watchword::account {
namespace {

constexpr int kUserColumnCount = 6;

std::optional<std::string> text_or_null(const sql::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return std::string(row.text(column));
}

std::optional<Timestamp> timestamp_or_null(const sql::Row& row, int column) noexcept {
  if (row.is_null(column)) return std::nullopt;
  return row.timestamp(column);
}

SideRow read_side_row(const sql::Row& row, int first) {
  SideRow side;
  side.keys = {text_or_null(row, first), text_or_null(row, first + 1)};
  side.epoch = row.integer(first + 2);
  side.canon = row.integer(first + 3);
  side.email_seen = row.text(first + 4);
  side.username_seen = row.text(first + 5);
  if (!row.is_null(first + 6)) side.created_seen = row.integer(first + 6);
  return side;
}

}  // namespace

const char* const kUserColumns = "u.id, u.email, u.username, u.is_active, u.created_at, u.updated_at";
const char* const kRowColumns =
    "u.id, u.email, u.username, u.is_active, u.created_at, u.updated_at, a.user_id, a.email_key, a.username_key, "
    "a.epoch, a.canon, a.email_seen, a.username_seen, a.created_seen";

bool AccountRow::reused() const noexcept {
  if (!user || !side) return false;
  if (created_mark(*user) != side->created_seen) return true;
  return !side->created_seen && user->email != side->email_seen && user->username != side->username_seen;
}

bool AccountRow::current() const noexcept {
  return user && side && side->canon == kCanonVersion && user->email == side->email_seen &&
         user->username == side->username_seen && created_mark(*user) == side->created_seen;
}

Account read_account(const sql::Row& row, int first) {
  Account account;
  account.id = UserId(row.integer(first));
  account.email = row.text(first + 1);
  account.username = row.text(first + 2);
  account.is_active = row.boolean(first + 3);
  account.created_at = timestamp_or_null(row, first + 4);
  account.updated_at = timestamp_or_null(row, first + 5);
  return account;
}

AccountRow read_account_row(const sql::Row& row, int first) {
  const int side = first + kUserColumnCount;
  AccountRow read;
  if (!row.is_null(first)) read.user = read_account(row, first);
  if (!row.is_null(side)) read.side = read_side_row(row, side + 1);
  if (read.user && read.side) read.user->epoch = read.side->epoch;
  read.id = read.user ? read.user->id : UserId(row.integer(side));
  return read;
}

std::optional<std::string> key_or_none(Result<std::string> key) {
  if (!key && key.error().kind() == Errc::unavailable) throw std::bad_alloc();
  if (!key || key->empty()) return std::nullopt;
  return *std::move(key);
}

Keys keys_of(const std::string& email, const std::string& username) {
  return {key_or_none(key_of_stored_email(email)), key_or_none(key_of_stored_username(username))};
}

std::optional<std::int64_t> created_mark(const Account& account) noexcept {
  if (!account.created_at) return std::nullopt;
  return account.created_at->microseconds();
}

std::int64_t first_epoch(const Account& account) noexcept {
  return account.created_at ? std::max<std::int64_t>(0, account.created_at->milliseconds()) : 0;
}

}  // namespace watchword::account
