#include "storage/purge.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "storage/sql_store.hpp"

namespace watchword::sql {
namespace {

/// One statement for each table of the process, for ever: connections keep what they have prepared by its id.
const Statement& purging(const std::string& table, const char* key) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Statement>> statements;
  std::lock_guard lock(mutex);
  auto& statement = statements[table];
  if (!statement) {
    const std::string column = key;
    statement = std::make_unique<Statement>("DELETE FROM " + table + " WHERE " + column + " IN (SELECT " + column +
                                            " FROM " + table + " WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)");
  }
  return *statement;
}

}  // namespace

Result<std::int64_t> purge_expired(Database& database, std::initializer_list<ExpiringTable> tables,
                                   const Naming& naming, Timestamp now, std::int64_t limit) noexcept {
  std::int64_t gone = 0;
  auto done = database.run([&](Transaction& transaction) noexcept {
    return within(transaction, [&](Executor& executor) -> Result<void> {
      gone = 0;
      for (const auto& table : tables) {
        auto removed = executor.execute(purging(naming.side(table.name), table.key),
                                        {(now - table.margin).microseconds(), limit < 0 ? std::int64_t{0} : limit});
        if (!removed) return removed.error();
        gone += *removed;
      }
      return {};
    });
  });
  if (!done) return done.error();
  return gone;
}

}  // namespace watchword::sql
