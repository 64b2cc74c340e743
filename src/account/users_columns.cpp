#include "account/users_columns.hpp"

#include <iterator>

#include "storage/sql_store.hpp"

namespace watchword::account {
namespace {

constexpr const char* kColumns[] = {"id",        "email",      "username",  "hashed_password",
                                    "is_active", "created_at", "updated_at"};

}  // namespace

/// A name means the table's column where there is one, which is NULL here, and else the outer one, which is 1. Asking
/// for a column that is not there would be an error, after which some engines end the transaction.
std::string columns_text(const std::string& users_table) {
  std::string lacks = "SELECT ";
  std::string outer;
  for (const char* column : kColumns) {
    bool first = column == *std::begin(kColumns);
    lacks += std::string(first ? "" : ", ") + "CASE WHEN (SELECT " + column +
             " FROM (SELECT 1 AS single) AS alone LEFT JOIN " + users_table +
             " AS theirs ON 1 = 0) IS NULL THEN 0 ELSE 1 END";
    outer += std::string(first ? "1 AS " : ", 1 AS ") + column;
  }
  return lacks + " FROM (SELECT " + outer + ") AS lacking";
}

Result<void> check_columns(sql::Executor& executor, const sql::Statement& columns) {
  std::string missing;
  auto shown = executor.query(columns, {}, [&](const sql::Row& row) noexcept {
    return sql::guarded([&]() -> Result<void> {
      for (int i = 0; i < static_cast<int>(std::size(kColumns)); ++i) {
        if (row.integer(i) != 0) missing += (missing.empty() ? "" : ", ") + std::string(kColumns[i]);
      }
      return {};
    });
  });
  if (!shown) return shown.error();
  if (missing.empty()) return {};
  return Error(Errc::misconfigured, "users_columns_missing",
               "The database's users table lacks columns. It belongs to another system, or the table's name is wrong.")
      .with_reason(missing);
}

}  // namespace watchword::account
