#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <watchword/base/export.hpp>
#include <watchword/base/log.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/change_signal.hpp>
#include <watchword/storage/driver.hpp>
#include <watchword/storage/sql.hpp>

/// The driver for PostgreSQL 13 and newer, in the library watchword::postgres.
namespace watchword::postgres {

struct Options final {
  /// libpq's URL, postgresql://user:password@host1,host2:5433/name?sslmode=verify-full, with whatever parameters libpq
  /// knows (TLS: sslmode, sslrootcert, sslcert, sslkey ...). Besides: `prepared_statements=off` where a pooler stands
  /// before the server (pgbouncer in transaction mode), and asyncpg's `ssl=`, which means sslmode. Only a server that
  /// can be written is taken, so several hosts are a primary and its standbys in any order.
  std::string url;
  /// Connections that may be open at once, 1 to 1000; further callers wait.
  std::size_t connections = 8;
  /// How long a caller waits for one of them: 1 ms to 1 h.
  Lifetime pool_timeout = Lifetime::seconds(5);
  /// How long each host may take to answer: 1 s to 1 h, in whole seconds.
  Lifetime connect_timeout = Lifetime::seconds(2);
  /// How long a statement, or a commit, may take, here and in the server: 1 ms to 1 h. Migrations may take longer.
  Lifetime statement_timeout = Lifetime::seconds(5);
  /// False: prepare nothing, and set nothing that outlives a transaction. Also switched off by the URL.
  bool prepared_statements = true;
  /// Told at opening of settings that could lose what was acknowledged: asynchronous replication, fsync=off and their
  /// kin; and when the server goes and comes back. Null: nobody is. It must outlive the database.
  LogSink* log = nullptr;
};

/// Connects once, so that a wrong URL shows at once, and looks at the server's settings. READ COMMITTED, TimeZone UTC.
///
/// Connections are made as they are needed and made anew after they were lost, after a pause of 10 ms that doubles up
/// to 500 ms while the server does not answer; meanwhile calls fail at once with `store_unavailable`. A work that was
/// cut off before its commit was sent runs again on another connection, as after a serialization failure or a deadlock
/// (at most 8 times within 10 s). A work that keeps the server waiting for 2 s between two statements is one of those:
/// others wait for its locks. Where the answer to a commit is lost, the server is asked what became of it by the
/// transaction's own id, and success is answered only once synchronous standbys have it too. `store_outcome_unknown`
/// is answered where the server cannot tell within 3 s, or has started anew or been replaced since, when the id may be
/// another's. The object must be used in the process that made it: after fork() a child gets `store_after_fork`
/// (internal) and should open its own.
///
/// Errors: `database_url`, `database_options` (misconfigured); `database_refused` (misconfigured: the server does not
/// let this user or name in; reason() has the SQLSTATE); `database_encoding` (misconfigured: the database is not
/// UTF-8); `database_version` (misconfigured: older than 13); `store_unavailable` (the server does not answer, or none
/// of the hosts can be written). No error ever has the URL or the password.
WATCHWORD_EXPORT Result<std::unique_ptr<sql::Database>> open(const Options& options) noexcept;

/// NOTIFY and LISTEN on a connection of its own, which is made by the first wait() and made anew when it is lost.
/// `url` must not lead to a pooler. Errors: `database_url` (misconfigured).
WATCHWORD_EXPORT Result<std::unique_ptr<ChangeSignal>> make_change_signal(const std::string& url) noexcept;

/// The two with the defaults: what watchword::Options::postgres takes.
WATCHWORD_EXPORT const sql::Driver& driver() noexcept;

}  // namespace watchword::postgres
