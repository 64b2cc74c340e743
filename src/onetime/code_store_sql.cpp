#include <watchword/onetime/sql_stores.hpp>

#include "storage/purge.hpp"
#include "storage/sql_store.hpp"

namespace watchword::onetime {
namespace {

constexpr std::int64_t number(Purpose purpose) noexcept { return static_cast<std::int64_t>(purpose); }

class SqlCodeStore final : public CodeStore {
 public:
  SqlCodeStore(sql::Database& database, const sql::Naming& naming);

  Result<bool> replace(Transaction& transaction, const StoredCode& code, Lifetime quiet) noexcept override;
  Result<std::optional<UserId>> find(Purpose purpose, const TokenDigest& digest, Timestamp now) noexcept override;
  Result<Consumed> consume(Transaction& transaction, Purpose purpose, const TokenDigest& digest,
                           Timestamp now) noexcept override;
  Result<void> discard(Transaction& transaction, UserId user) noexcept override;

 private:
  Result<Consumption> explain(sql::Executor& executor, Purpose purpose, const TokenDigest& digest) const;

  sql::Database& database_;
  sql::Statement replace_;
  sql::Statement find_;
  sql::Statement consume_;
  sql::Statement explain_;
  sql::Statement discard_;
  sql::Statement discard_all_;
};

SqlCodeStore::SqlCodeStore(sql::Database& database, const sql::Naming& naming)
    : database_(database),
      // Whether the open code is too young is decided where it is replaced. One from the future, left by a clock that
      // was set back, is not spared.
      replace_("INSERT INTO " + naming.side("codes") +
               " AS held (id, purpose, user_id, digest, binding, created_at, expires_at)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7)"
               " ON CONFLICT (user_id, purpose) WHERE used_at IS NULL"
               " DO UPDATE SET id = excluded.id, digest = excluded.digest, binding = excluded.binding,"
               " created_at = excluded.created_at, expires_at = excluded.expires_at"
               " WHERE held.created_at <= $8 OR held.created_at > $6 OR held.expires_at <= $6"),
      find_("SELECT user_id FROM " + naming.side("codes") +
            " WHERE purpose = $1 AND digest = $2 AND used_at IS NULL AND expires_at > $3"),
      consume_("UPDATE " + naming.side("codes") +
               " SET used_at = $3 WHERE purpose = $1 AND digest = $2 AND used_at IS NULL AND expires_at > $3"
               " RETURNING user_id, binding"),
      explain_("SELECT used_at FROM " + naming.side("codes") + " WHERE purpose = $1 AND digest = $2"),
      discard_("DELETE FROM " + naming.side("codes") + " WHERE user_id = $1 AND used_at IS NULL"),
      discard_all_("DELETE FROM " + naming.side("codes") + " WHERE used_at IS NULL") {}

Result<bool> SqlCodeStore::replace(Transaction& transaction, const StoredCode& code, Lifetime quiet) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    return sql::changes(
        executor, replace_,
        {sql::view_of(code.id.bytes()), number(code.purpose), code.user.value(), code.digest.view(), code.binding,
         code.created_at.microseconds(), code.expires_at.microseconds(), (code.created_at - quiet).microseconds()});
  });
}

Result<std::optional<UserId>> SqlCodeStore::find(Purpose purpose, const TokenDigest& digest, Timestamp now) noexcept {
  return sql::read_from<std::optional<UserId>>(database_, [&](sql::Executor& executor) {
    return sql::find_one<UserId>(executor, find_, {number(purpose), digest.view(), now.microseconds()},
                                 [](const sql::Row& row) { return UserId(row.integer(0)); });
  });
}

Result<CodeStore::Consumed> SqlCodeStore::consume(Transaction& transaction, Purpose purpose, const TokenDigest& digest,
                                                  Timestamp now) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) -> Result<Consumed> {
    auto consumed = sql::find_one<Consumed>(
        executor, consume_, {number(purpose), digest.view(), now.microseconds()}, [](const sql::Row& row) {
          return Consumed{Consumption::consumed, UserId(row.integer(0)), std::string(row.text(1))};
        });
    if (!consumed) return consumed.error();
    if (*consumed) return **std::move(consumed);
    auto why = explain(executor, purpose, digest);
    if (!why) return why.error();
    return Consumed{*why, UserId(), std::string()};
  });
}

Result<Consumption> SqlCodeStore::explain(sql::Executor& executor, Purpose purpose, const TokenDigest& digest) const {
  auto used = sql::find_one<bool>(executor, explain_, {number(purpose), digest.view()},
                                  [](const sql::Row& row) { return !row.is_null(0); });
  if (!used) return used.error();
  if (!*used) return Consumption::unknown;
  return **used ? Consumption::already_used : Consumption::expired;
}

Result<void> SqlCodeStore::discard(Transaction& transaction, UserId user) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    return user == UserId() ? sql::run(executor, discard_all_, {}) : sql::run(executor, discard_, {user.value()});
  });
}

}  // namespace

std::unique_ptr<CodeStore> make_sql_code_store(sql::Database& database, const sql::Naming& naming) {
  return std::make_unique<SqlCodeStore>(database, naming);
}

Result<std::int64_t> purge(sql::Database& database, const sql::Naming& naming, Timestamp now,
                           std::int64_t limit) noexcept {
  return sql::purge_expired(database, {{"codes", "id"}}, naming, now, limit);
}

}  // namespace watchword::onetime
