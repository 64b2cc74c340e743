#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <watchword/base/export.hpp>
#include <watchword/base/id.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/migration.hpp>
#include <watchword/storage/naming.hpp>
#include <watchword/storage/sql.hpp>
#include <watchword/storage/transaction.hpp>

namespace watchword::mail {

/// A message still to be sent. Holds no secret: what its text needs is derived from `subject_id` when it is sent.
struct OutboxEntry final {
  RecordId id;       ///< also the Message-ID
  std::string kind;  ///< which text: "password_reset", "password_changed"
  UserId user;
  std::string to;
  RecordId subject_id;  ///< the one-time code's record, all zero where there is none
  Timestamp created_at;
  Timestamp expires_at;  ///< not sent after that: it would be of no use
  int attempts = 0;
};

/// The longest that an entry may have to wait for its next try.
inline constexpr Lifetime kMostPostponed = Lifetime::minutes(20);

/// Port: messages committed with what caused them, claimed by one sender at a time. Safe to use from any thread.
/// Errors: those of the TransactionRunner and of sql::Executor.
class WATCHWORD_EXPORT Outbox {
 public:
  virtual ~Outbox();
  virtual Result<void> enqueue(Transaction& transaction, const OutboxEntry& entry) noexcept = 0;
  /// Claims up to `limit` due entries until `now + lease`: nobody else gets them before. Counts an attempt. An entry
  /// that is due more than `lease` + kMostPostponed from now is due already: a clock that was since set back has made
  /// it so.
  virtual Result<std::vector<OutboxEntry>> claim(Transaction& transaction, Timestamp now, Lifetime lease,
                                                 int limit) noexcept = 0;
  /// Sent, or given up: the row goes.
  virtual Result<void> remove(Transaction& transaction, const RecordId& id) noexcept = 0;
  /// Not sent: due again at `next`, at most kMostPostponed from now.
  virtual Result<void> postpone(Transaction& transaction, const RecordId& id, Timestamp next) noexcept = 0;

 protected:
  Outbox() = default;
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;
};

WATCHWORD_EXPORT sql::FeatureSchema schema(const sql::Naming& naming);
/// The outbox over SQL. `database` must outlive it. May throw std::bad_alloc only.
WATCHWORD_EXPORT std::unique_ptr<Outbox> make_sql_outbox(sql::Database& database, const sql::Naming& naming);

/// Removes at most `limit` expired entries, for hosts where nobody sends; gives how many went.
WATCHWORD_EXPORT Result<std::int64_t> purge(sql::Database& database, const sql::Naming& naming, Timestamp now,
                                            std::int64_t limit) noexcept;

}  // namespace watchword::mail
