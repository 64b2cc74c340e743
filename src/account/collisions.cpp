#include "account/collisions.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <watchword/account/identifier.hpp>

#include "account/account_rows.hpp"
#include "storage/sql_store.hpp"

namespace watchword::account {
namespace {

using Named = std::pair<std::string, std::int64_t>;
using KeyOf = decltype(&key_of_stored_email);

/// As much of the list as an Error's reason has room for.
constexpr std::size_t kListLimit = 90;

Result<std::vector<Named>> all_keys(sql::Executor& executor, const sql::Statement& scan, int column, KeyOf key_of) {
  std::vector<Named> keys;
  for (std::int64_t last = 0;;) {
    auto shown = executor.query(scan, {last}, [&](const sql::Row& row) noexcept {
      return sql::guarded([&]() -> Result<void> {
        last = row.integer(0);
        if (auto key = key_or_none(key_of(row.text(column))); key) keys.emplace_back(*std::move(key), last);
        return {};
      });
    });
    if (!shown) return shown.error();
    if (*shown < kScanBatch) return keys;
  }
}

/// "3 and 17, 20 and 21": each group bears one name.
std::string colliding_ids(std::vector<Named>& keys) {
  std::sort(keys.begin(), keys.end());
  std::string list;
  for (auto first = keys.begin(); first != keys.end() && list.size() < kListLimit;) {
    auto end = std::find_if(first, keys.end(), [&](const Named& other) { return other.first != first->first; });
    for (auto it = first; end - first > 1 && it != end; ++it) {
      list += (it != first ? " and " : list.empty() ? "" : ", ") + std::to_string(it->second);
    }
    first = end;
  }
  if (list.size() > kListLimit) list = list.substr(0, list.find_last_of(", ", kListLimit)) + " ...";
  return list;
}

Result<std::string> collisions_of(sql::Executor& executor, const sql::Statement& scan, int column, KeyOf key_of) {
  auto keys = all_keys(executor, scan, column, key_of);
  if (!keys) return keys.error();
  return colliding_ids(*keys);
}

}  // namespace

std::string scan_text(const std::string& users_table) {
  return "SELECT id, email, username, created_at FROM " + users_table + " WHERE id > $1 ORDER BY id LIMIT " +
         std::to_string(kScanBatch);
}

Result<void> check_collisions(sql::Executor& executor, const sql::Statement& scan) {
  auto emails = collisions_of(executor, scan, 1, key_of_stored_email);
  if (!emails) return emails.error();
  auto usernames = collisions_of(executor, scan, 2, key_of_stored_username);
  if (!usernames) return usernames.error();
  if (emails->empty() && usernames->empty()) return {};
  std::string reason;
  if (!emails->empty()) reason = "e-mail: " + *emails;
  if (!usernames->empty()) reason += (reason.empty() ? "user name: " : "; user name: ") + *usernames;
  return Error(Errc::misconfigured, "accounts_collide",
               "Accounts in the database have names that differ in upper and lower case alone. Rename or merge them.")
      .with_reason(reason);
}

}  // namespace watchword::account
