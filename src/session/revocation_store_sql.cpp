#include <algorithm>

#include <watchword/session/sql_stores.hpp>

#include "storage/sql_store.hpp"

namespace watchword::session {
namespace {

constexpr std::size_t kPageLimit = 100000;

NumberedRevocation read_revocation(const sql::Row& row) {
  NumberedRevocation numbered;
  numbered.sequence = row.integer(0);
  numbered.revocation.kind = static_cast<Revocation::Kind>(row.integer(1));
  numbered.revocation.user = UserId(row.integer(2));
  if (!row.is_null(3)) numbered.revocation.session = SessionId(sql::bytes_in<SessionId::Bytes>(row.blob(3)));
  numbered.revocation.min_epoch = row.integer(4);
  numbered.revocation.expires_at = Timestamp::from_microseconds(row.integer(5));
  return numbered;
}

class SqlRevocationStore final : public RevocationStore {
 public:
  SqlRevocationStore(sql::Database& database, const sql::Naming& naming)
      : database_(database),
        // The counter's row stays locked until the commit, so that the next number is drawn after it.
        count_("UPDATE " + naming.side("revocation_counter") +
               " SET last_sequence = last_sequence + 1 WHERE only_row = 1 RETURNING last_sequence"),
        insert_("INSERT INTO " + naming.side("revocations") +
                " (sequence, kind, user_id, session_id, min_epoch, expires_at) VALUES ($1, $2, $3, $4, $5, $6)"),
        since_("SELECT sequence, kind, user_id, session_id, min_epoch, expires_at FROM " + naming.side("revocations") +
               " WHERE sequence > $1 AND expires_at > $2 ORDER BY sequence LIMIT $3") {}

  Result<void> record(Transaction& transaction, const Revocation& revocation) noexcept override {
    return sql::within(transaction, [&](sql::Executor& executor) -> Result<void> {
      auto sequence =
          sql::find_one<std::int64_t>(executor, count_, {}, [](const sql::Row& row) { return row.integer(0); });
      if (!sequence) return sequence.error();
      if (!*sequence) {
        return Error(Errc::internal, "store_corrupt", "The database is damaged.")
            .with_reason("the counter of revocations is missing");
      }
      const sql::Value session =
          revocation.session ? sql::Value(sql::view_of(revocation.session->bytes())) : sql::Value(nullptr);
      return sql::run(executor, insert_,
                      {**sequence, static_cast<std::int64_t>(revocation.kind), revocation.user.value(), session,
                       revocation.min_epoch, revocation.expires_at.microseconds()});
    });
  }

  Result<std::vector<NumberedRevocation>> since(std::int64_t after, std::size_t limit,
                                                Timestamp now) noexcept override {
    const auto most = static_cast<std::int64_t>(std::min(limit, kPageLimit));
    return sql::read_from<std::vector<NumberedRevocation>>(database_, [&](sql::Executor& executor) {
      return sql::collect<NumberedRevocation>(executor, since_, {after, now.microseconds(), most}, read_revocation);
    });
  }

 private:
  sql::Database& database_;
  sql::Statement count_;
  sql::Statement insert_;
  sql::Statement since_;
};

}  // namespace

std::unique_ptr<RevocationStore> make_sql_revocation_store(sql::Database& database, const sql::Naming& naming) {
  return std::make_unique<SqlRevocationStore>(database, naming);
}

}  // namespace watchword::session
