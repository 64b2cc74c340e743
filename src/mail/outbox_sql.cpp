#include <algorithm>

#include <watchword/mail/outbox.hpp>

#include "storage/sql_store.hpp"

namespace watchword::mail {
namespace {

constexpr char kColumns[] = "id, kind, user_id, recipient, subject_id, created_at, expires_at, attempts";

OutboxEntry read_entry(const sql::Row& row) {
  OutboxEntry entry;
  entry.id = RecordId(sql::bytes_in<RecordId::Bytes>(row.blob(0)));
  entry.kind = row.text(1);
  entry.user = UserId(row.integer(2));
  entry.to = row.text(3);
  entry.subject_id = RecordId(sql::bytes_in<RecordId::Bytes>(row.blob(4)));
  entry.created_at = Timestamp::from_microseconds(row.integer(5));
  entry.expires_at = Timestamp::from_microseconds(row.integer(6));
  entry.attempts = static_cast<int>(row.integer(7));
  return entry;
}

class SqlOutbox final : public Outbox {
 public:
  explicit SqlOutbox(const sql::Naming& naming);

  Result<void> enqueue(Transaction& transaction, const OutboxEntry& entry) noexcept override;
  Result<std::vector<OutboxEntry>> claim(Transaction& transaction, Timestamp now, Lifetime lease,
                                         int limit) noexcept override;
  Result<void> remove(Transaction& transaction, const RecordId& id) noexcept override;
  Result<void> postpone(Transaction& transaction, const RecordId& id, Timestamp next) noexcept override;

 private:
  sql::Statement enqueue_;
  sql::Statement expire_;
  sql::Statement claim_;
  sql::Statement remove_;
  sql::Statement postpone_;
};

SqlOutbox::SqlOutbox(const sql::Naming& naming)
    : enqueue_("INSERT INTO " + naming.side("outbox") + " (" + kColumns +
               ", due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $6)"),
      expire_("DELETE FROM " + naming.side("outbox") + " WHERE due_at <= $1 AND expires_at <= $1"),
      // The condition stands twice: whoever waited for another's claim of the same row looks at it again.
      claim_("UPDATE " + naming.side("outbox") +
             " SET due_at = $2, attempts = attempts + 1 WHERE (due_at <= $1 OR due_at > $4) AND expires_at > $1"
             " AND id IN (SELECT id FROM " +
             naming.side("outbox") +
             " WHERE (due_at <= $1 OR due_at > $4) AND expires_at > $1 ORDER BY due_at LIMIT $3) RETURNING " +
             kColumns),
      remove_("DELETE FROM " + naming.side("outbox") + " WHERE id = $1"),
      postpone_("UPDATE " + naming.side("outbox") + " SET due_at = $2 WHERE id = $1") {}

Result<void> SqlOutbox::enqueue(Transaction& transaction, const OutboxEntry& entry) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    return sql::run(executor, enqueue_,
                    {sql::view_of(entry.id.bytes()), entry.kind, entry.user.value(), entry.to,
                     sql::view_of(entry.subject_id.bytes()), entry.created_at.microseconds(),
                     entry.expires_at.microseconds(), entry.attempts});
  });
}

Result<std::vector<OutboxEntry>> SqlOutbox::claim(Transaction& transaction, Timestamp now, Lifetime lease,
                                                  int limit) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) -> Result<std::vector<OutboxEntry>> {
    if (auto expired = sql::run(executor, expire_, {now.microseconds()}); !expired) return expired.error();
    const Timestamp until = now + lease;
    auto claimed = sql::collect<OutboxEntry>(
        executor, claim_,
        {now.microseconds(), until.microseconds(), std::max(limit, 0), (until + kMostPostponed).microseconds()},
        read_entry);
    if (!claimed) return claimed.error();
    std::sort(claimed->begin(), claimed->end(),
              [](const OutboxEntry& a, const OutboxEntry& b) { return a.created_at < b.created_at; });
    return claimed;
  });
}

Result<void> SqlOutbox::remove(Transaction& transaction, const RecordId& id) noexcept {
  return sql::within(transaction,
                     [&](sql::Executor& executor) { return sql::run(executor, remove_, {sql::view_of(id.bytes())}); });
}

Result<void> SqlOutbox::postpone(Transaction& transaction, const RecordId& id, Timestamp next) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    return sql::run(executor, postpone_, {sql::view_of(id.bytes()), next.microseconds()});
  });
}

}  // namespace

std::unique_ptr<Outbox> make_sql_outbox(sql::Database&, const sql::Naming& naming) {
  return std::make_unique<SqlOutbox>(naming);
}

}  // namespace watchword::mail
