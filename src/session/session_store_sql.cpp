#include <watchword/session/sql_stores.hpp>

#include "storage/sql_store.hpp"

namespace watchword::session {
namespace {

constexpr char kColumns[] =
    "id, user_id, epoch, methods, authenticated_at, level, created_at, last_used_at, expires_at, client_address, "
    "user_agent, device";

constexpr Lifetime kHour = Lifetime::hours(1);

Timestamp moment(const sql::Row& row, int column) noexcept { return Timestamp::from_microseconds(row.integer(column)); }

Session read_session(const sql::Row& row) {
  Session session;
  session.id = SessionId(sql::bytes_in<SessionId::Bytes>(row.blob(0)));
  session.user = UserId(row.integer(1));
  session.epoch = row.integer(2);
  session.assurance.methods = static_cast<std::uint32_t>(row.integer(3));
  session.assurance.authenticated_at = moment(row, 4);
  session.assurance.level = static_cast<std::uint8_t>(row.integer(5));
  session.created_at = moment(row, 6);
  session.last_used_at = moment(row, 7);
  session.expires_at = moment(row, 8);
  session.client_address = row.blob(9).text();
  session.user_agent = row.blob(10).text();
  session.device = row.blob(11).text();
  return session;
}

class SqlSessionStore final : public SessionStore {
 public:
  SqlSessionStore(sql::Database& database, const sql::Naming& naming);

  Result<void> insert(Transaction& transaction, const Session& session) noexcept override;
  Result<std::optional<Session>> find(SessionId session, Timestamp now) noexcept override;
  Result<std::vector<Session>> list(UserId user, Timestamp now) noexcept override;
  Result<std::optional<Session>> lock(Transaction& transaction, SessionId session, Timestamp now) noexcept override;
  Result<bool> count_rotation(Transaction& transaction, SessionId session, int limit, Timestamp now) noexcept override;
  Result<bool> keep(Transaction& transaction, SessionId session, std::int64_t epoch) noexcept override;
  Result<bool> end(Transaction& transaction, UserId user, SessionId session) noexcept override;
  Result<std::int64_t> end_all(Transaction& transaction, UserId user,
                               std::optional<SessionId> except) noexcept override;

 private:
  sql::Database& database_;
  sql::Statement insert_;
  sql::Statement find_;
  sql::Statement list_;
  sql::Statement lock_;
  sql::Statement count_;
  sql::Statement keep_;
  sql::Statement end_;
  sql::Statement end_all_;
  sql::Statement forget_tokens_;
  sql::Statement end_everybody_;
  sql::Statement forget_all_tokens_;
};

SqlSessionStore::SqlSessionStore(sql::Database& database, const sql::Naming& naming)
    : database_(database),
      insert_("INSERT INTO " + naming.side("sessions") + " (" + kColumns +
              ", hour_began, rotations) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $7, 0)"),
      find_(std::string("SELECT ") + kColumns + " FROM " + naming.side("sessions") +
            " WHERE id = $1 AND expires_at > $2"),
      list_(std::string("SELECT ") + kColumns + " FROM " + naming.side("sessions") +
            " WHERE user_id = $1 AND expires_at > $2 ORDER BY created_at DESC, id LIMIT 1000"),
      lock_("UPDATE " + naming.side("sessions") +
            " SET last_used_at = $2 WHERE id = $1 AND expires_at > $2 RETURNING " + kColumns),
      // An hour that began in the future is a clock that was set back, and ends at once.
      count_("UPDATE " + naming.side("sessions") +
             " SET rotations = CASE WHEN hour_began <= $2 OR hour_began > $3 THEN 1 ELSE rotations + 1 END,"
             " hour_began = CASE WHEN hour_began <= $2 OR hour_began > $3 THEN $3 ELSE hour_began END"
             " WHERE id = $1 AND expires_at > $3 AND (hour_began <= $2 OR hour_began > $3 OR rotations < $4)"),
      keep_("UPDATE " + naming.side("sessions") + " SET epoch = $2 WHERE id = $1"),
      end_("DELETE FROM " + naming.side("sessions") + " WHERE id = $1 AND user_id = $2"),
      end_all_("DELETE FROM " + naming.side("sessions") + " WHERE user_id = $1 AND id <> $2 RETURNING id"),
      forget_tokens_("DELETE FROM " + naming.side("refresh_tokens") + " WHERE session_id = $1"),
      end_everybody_("DELETE FROM " + naming.side("sessions") + " WHERE id <> $1"),
      forget_all_tokens_("DELETE FROM " + naming.side("refresh_tokens") + " WHERE session_id <> $1") {}

Result<void> SqlSessionStore::insert(Transaction& transaction, const Session& session) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    return sql::run(
        executor, insert_,
        {sql::view_of(session.id.bytes()), session.user.value(), session.epoch, std::int64_t{session.assurance.methods},
         session.assurance.authenticated_at.microseconds(), std::int64_t{session.assurance.level},
         session.created_at.microseconds(), session.last_used_at.microseconds(), session.expires_at.microseconds(),
         ByteView(session.client_address), ByteView(session.user_agent), ByteView(session.device)});
  });
}

Result<std::optional<Session>> SqlSessionStore::find(SessionId session, Timestamp now) noexcept {
  return sql::read_from<std::optional<Session>>(database_, [&](sql::Executor& executor) {
    return sql::find_one<Session>(executor, find_, {sql::view_of(session.bytes()), now.microseconds()}, read_session);
  });
}

Result<std::vector<Session>> SqlSessionStore::list(UserId user, Timestamp now) noexcept {
  return sql::read_from<std::vector<Session>>(database_, [&](sql::Executor& executor) {
    return sql::collect<Session>(executor, list_, {user.value(), now.microseconds()}, read_session);
  });
}

Result<std::optional<Session>> SqlSessionStore::lock(Transaction& transaction, SessionId session,
                                                     Timestamp now) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    return sql::find_one<Session>(executor, lock_, {sql::view_of(session.bytes()), now.microseconds()}, read_session);
  });
}

Result<bool> SqlSessionStore::count_rotation(Transaction& transaction, SessionId session, int limit,
                                             Timestamp now) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) -> Result<bool> {
    if (limit <= 0) return false;
    return sql::changes(executor, count_,
                        {sql::view_of(session.bytes()), (now - kHour).microseconds(), now.microseconds(), limit});
  });
}

Result<bool> SqlSessionStore::keep(Transaction& transaction, SessionId session, std::int64_t epoch) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    return sql::changes(executor, keep_, {sql::view_of(session.bytes()), epoch});
  });
}

/// The session goes first: whoever was about to add a token to it held its row, and that token is seen by then.
Result<bool> SqlSessionStore::end(Transaction& transaction, UserId user, SessionId session) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) -> Result<bool> {
    auto ended = sql::changes(executor, end_, {sql::view_of(session.bytes()), user.value()});
    if (!ended || !*ended) return ended;
    if (auto gone = sql::run(executor, forget_tokens_, {sql::view_of(session.bytes())}); !gone) return gone.error();
    return true;
  });
}

Result<std::int64_t> SqlSessionStore::end_all(Transaction& transaction, UserId user,
                                              std::optional<SessionId> except) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) -> Result<std::int64_t> {
    // No session's id is empty.
    const ByteView kept = except ? sql::view_of(except->bytes()) : ByteView();
    if (user == UserId()) {
      auto ended = executor.execute(end_everybody_, {kept});
      if (!ended) return ended;
      if (auto gone = sql::run(executor, forget_all_tokens_, {kept}); !gone) return gone.error();
      return ended;
    }
    auto ended = sql::collect<SessionId>(executor, end_all_, {user.value(), kept}, [](const sql::Row& row) {
      return SessionId(sql::bytes_in<SessionId::Bytes>(row.blob(0)));
    });
    if (!ended) return ended.error();
    for (const auto& id : *ended) {
      if (auto gone = sql::run(executor, forget_tokens_, {sql::view_of(id.bytes())}); !gone) return gone.error();
    }
    return static_cast<std::int64_t>(ended->size());
  });
}

}  // namespace

std::unique_ptr<SessionStore> make_sql_session_store(sql::Database& database, const sql::Naming& naming) {
  return std::make_unique<SqlSessionStore>(database, naming);
}

}  // namespace watchword::session
