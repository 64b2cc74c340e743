#include "storage/postgres/fate.hpp"

#include <string_view>

namespace watchword::postgres {
namespace {

const sql::Statement& question() {
  static const sql::Statement statement(
      "SELECT pg_xact_status($1::text::xid8),"
      " pg_postmaster_start_time()::text || left(pg_walfile_name(pg_current_wal_lsn()), 8) = $2");
  return statement;
}

/// A commit of our own comes after the other in the log, and is answered only once standbys have both.
bool wait_for_standbys(Connection& connection) noexcept {
  return connection.run_text("SELECT pg_logical_emit_message(true, 'watchword', '')").has_value();
}

}  // namespace

Fate ask_for_fate(Connection& connection, const TransactionMark& mark) {
  auto answer = connection.run(question(), {mark.id, mark.run});
  if (!answer) {
    // The server that answers now has not come to that number: what it lacks went with another. Any other refusal says
    // nothing.
    constexpr std::string_view kInTheFuture = "SQLSTATE 22023";
    return answer.error().reason() == kInTheFuture ? Fate::not_committed : Fate::unknown;
  }
  if (::PQntuples(answer->get()) != 1) return Fate::unknown;
  const std::string_view status = ::PQgetvalue(answer->get(), 0, 0);
  bool same_run = !::PQgetisnull(answer->get(), 0, 1) && *::PQgetvalue(answer->get(), 0, 1) != 0;
  // Whoever has the number in another run, ours was not committed if that one was not.
  if (status == "aborted") return Fate::not_committed;
  if (status != "committed") return Fate::unknown;
  if (!same_run) return Fate::unknowable;
  return wait_for_standbys(connection) ? Fate::committed : Fate::unknown;
}

}  // namespace watchword::postgres
