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

Error counter_missing() noexcept {
  return Error(Errc::internal, "store_corrupt", "The database is damaged.")
      .with_reason("the counter of revocations is missing");
}

class SqlRevocationStore final : public RevocationStore {
 public:
  SqlRevocationStore(sql::Database& database, const sql::Naming& naming)
      : database_(database),
        // The counter's row stays locked until the commit, so that the next number is drawn after it.
        count_("UPDATE " + naming.side("revocation_counter") +
               " SET last_sequence = last_sequence + $1 WHERE only_row = 1 RETURNING last_sequence"),
        insert_("INSERT INTO " + naming.side("revocations") +
                " (sequence, kind, user_id, session_id, min_epoch, expires_at) VALUES ($1, $2, $3, $4, $5, $6)"),
        since_("SELECT r.sequence, r.kind, r.user_id, r.session_id, r.min_epoch, r.expires_at, c.last_sequence FROM " +
               naming.side("revocation_counter") + " c LEFT JOIN " + naming.side("revocations") +
               " r ON r.sequence > $1 AND r.expires_at > $2 WHERE c.only_row = 1 ORDER BY r.sequence LIMIT $3") {}

  Result<void> record(Transaction& transaction, const Revocation& revocation) noexcept override {
    return sql::within(transaction, [&](sql::Executor& executor) -> Result<void> {
      const std::int64_t step = revocation.kind == Revocation::Kind::everybody ? kRevocationJump : 1;
      auto sequence =
          sql::find_one<std::int64_t>(executor, count_, {step}, [](const sql::Row& row) { return row.integer(0); });
      if (!sequence) return sequence.error();
      if (!*sequence) return counter_missing();
      const sql::Value session =
          revocation.session ? sql::Value(sql::view_of(revocation.session->bytes())) : sql::Value(nullptr);
      return sql::run(executor, insert_,
                      {**sequence, static_cast<std::int64_t>(revocation.kind), revocation.user.value(), session,
                       revocation.min_epoch, revocation.expires_at.microseconds()});
    });
  }

  Result<RevocationPage> since(std::int64_t after, std::size_t limit, Timestamp now) noexcept override {
    // Where nothing is new the counter's row comes alone, and it must come.
    const auto most = static_cast<std::int64_t>(std::clamp<std::size_t>(limit, 1, kPageLimit));
    return sql::read_from<RevocationPage>(database_, [&](sql::Executor& executor) -> Result<RevocationPage> {
      RevocationPage page;
      auto shown = executor.query(since_, {after, now.microseconds(), most}, [&](const sql::Row& row) noexcept {
        return sql::guarded([&]() -> Result<void> {
          page.last = row.integer(6);
          if (!row.is_null(0) && page.revocations.size() < limit) page.revocations.push_back(read_revocation(row));
          return {};
        });
      });
      if (!shown) return shown.error();
      if (*shown == 0) return counter_missing();
      return page;
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
