#include "contract/sql_backend.hpp"
#include "contract/support.hpp"

using namespace watchword;
using namespace watchword::contract;

namespace {

constexpr Timestamp kEnd = kNow + Lifetime::hours(1);

std::int64_t rows_in(sql::Database& database, const std::string& table) {
  sql::Statement statement("SELECT COUNT(*) FROM " + table);
  std::int64_t rows = -1;
  auto done = database.read([&](sql::Executor& executor) -> Result<void> {
    auto shown = executor.query(statement, {}, [&](const sql::Row& row) -> Result<void> {
      rows = row.integer(0);
      return {};
    });
    return shown ? Result<void>() : shown.error();
  });
  REQUIRE(done);
  return rows;
}

Result<void> add_session(test::SqlStores& stores, Transaction& transaction, int n, Timestamp expires) {
  session::Session session;
  session.id = id_of<SessionId>(n);
  session.user = UserId(7);
  session.created_at = kNow;
  session.expires_at = expires;
  session::RefreshToken token;
  token.digest = digest_of(n);
  token.session = session.id;
  token.expires_at = expires;
  session::Revocation revocation;
  revocation.user = session.user;
  revocation.session = session.id;
  revocation.expires_at = expires;
  if (auto added = stores.sessions().insert(transaction, session); !added) return added;
  if (auto added = stores.refresh_tokens().insert(transaction, token); !added) return added;
  return stores.revocations().record(transaction, revocation);
}

}  // namespace

TEST_CASE("purge: what has expired goes and what has not stays") {
  test::SqliteMemory backend;
  for (int n = 1; n <= 5; ++n) {
    commit(backend.runner(), [&](Transaction& t) { return add_session(backend, t, n, n < 5 ? kEnd : kEnd + kTick); });
  }
  CHECK(session::purge(backend.database(), {}, kEnd - kTick, 100).value() == 0);
  CHECK(session::purge(backend.database(), {}, kEnd, 3).value() == 6);
  CHECK(session::purge(backend.database(), {}, kEnd, 3).value() == 2);
  CHECK(session::purge(backend.database(), {}, kEnd, 0).value() == 0);
  CHECK(session::purge(backend.database(), {}, kEnd + kTick, -1).value() == 0);
  CHECK(backend.sessions().find(id_of<SessionId>(5), kEnd).value());
  CHECK(rows_in(backend.database(), "watchword_sessions") == 1);
  CHECK(rows_in(backend.database(), "watchword_refresh_tokens") == 1);
}

TEST_CASE("purge: 4.15 a revocation stays for a day lest a clock that is ahead undo it") {
  test::SqliteMemory backend;
  commit(backend.runner(), [&](Transaction& t) { return add_session(backend, t, 1, kEnd); });
  const Timestamp ahead = kEnd + Lifetime::days(1) - kTick;
  CHECK(session::purge(backend.database(), {}, ahead, 100).value() == 2);
  CHECK(backend.revocations().since(0, 10, kEnd - kTick)->revocations.size() == 1);
  CHECK(session::purge(backend.database(), {}, ahead + kTick, 100).value() == 1);
}

TEST_CASE("purge: used and expired codes go once they expire") {
  test::SqliteMemory backend;
  for (int n = 1; n <= 2; ++n) {
    onetime::StoredCode code;
    code.id = id_of<RecordId>(n);
    code.user = UserId(n);
    code.digest = digest_of(n);
    code.created_at = kNow;
    code.expires_at = kEnd;
    REQUIRE(commit(backend.runner(),
                   [&](Transaction& t) { return backend.codes().replace(t, code, Lifetime::seconds(0)); }));
  }
  commit(backend.runner(), [&](Transaction& t) {
    return backend.codes().consume(t, onetime::Purpose::password_reset, digest_of(1), kNow);
  });
  CHECK(onetime::purge(backend.database(), {}, kEnd - kTick, 100).value() == 0);
  CHECK(onetime::purge(backend.database(), {}, kEnd, 100).value() == 2);
}

TEST_CASE("purge: mail that nobody sent goes once it is of no use") {
  test::SqliteMemory backend;
  mail::OutboxEntry entry;
  entry.created_at = kNow;
  entry.expires_at = kEnd;
  commit(backend.runner(), [&](Transaction& t) { return backend.outbox().enqueue(t, entry); });
  CHECK(mail::purge(backend.database(), {}, kEnd - kTick, 100).value() == 0);
  CHECK(mail::purge(backend.database(), {}, kEnd, 100).value() == 1);
}

TEST_CASE("sessions: ended ones leave no refresh token behind") {
  test::SqliteMemory backend;
  for (int n = 1; n <= 3; ++n) {
    commit(backend.runner(), [&](Transaction& t) { return add_session(backend, t, n, kEnd); });
  }
  CHECK(commit(backend.runner(),
               [&](Transaction& t) { return backend.sessions().end(t, UserId(7), id_of<SessionId>(1)); }));
  CHECK(rows_in(backend.database(), "watchword_refresh_tokens") == 2);
  CHECK(commit(backend.runner(),
               [&](Transaction& t) { return backend.sessions().end_all(t, UserId(7), id_of<SessionId>(3)); }) == 1);
  CHECK(rows_in(backend.database(), "watchword_refresh_tokens") == 1);
}
