#include "storage/postgres/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <poll.h>

#include "storage/postgres/error.hpp"

namespace watchword::postgres {
namespace {

constexpr std::size_t kMostPrepared = 4096;
constexpr const char* kBeginRead = "begin_read";
constexpr const char* kBeginWrite = "begin_write";
constexpr const char* kTransactionMark = "transaction_mark";
constexpr std::pair<const char*, const char*> kControls[] = {
    {kBeginRead, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
    {kBeginWrite, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"},
    {kTransactionMark,
     "SELECT pg_current_xact_id(), pg_postmaster_start_time()::text || left(pg_walfile_name(pg_current_wal_lsn()), 8)"},
};
/// Whoever holds locks and does nothing for so long is ended, since others wait; it may try again.
constexpr const char* kIdleTimeout = "2000";
constexpr Lifetime kPatience = Lifetime::hours(24);
/// What the server is given to say itself that a statement took too long.
constexpr Lifetime kGrace = Lifetime::milliseconds(500);

/// libpq would write them to the standard error stream.
void ignore_notice(void*, const char*) {}

/// Later parameters take precedence over the URL's, which stand where "dbname" is.
PGconn* connect(const ConnectionSettings& settings, bool wait) {
  const std::string timeout = std::to_string(std::max<std::int64_t>(settings.connect_timeout.seconds(), 1));
  const char* const names[] = {"connect_timeout", "keepalives_idle", "tcp_user_timeout",     "application_name",
                               "dbname",          "client_encoding", "target_session_attrs", nullptr};
  const char* const values[] = {timeout.c_str(),      "15",   "10000",      "watchword",
                                settings.url.c_str(), "UTF8", "read-write", nullptr};
  return wait ? ::PQconnectdbParams(names, values, 1) : ::PQconnectStartParams(names, values, 1);
}

const char* name_of(const sql::Statement& statement, std::array<char, 24>& room) noexcept {
  char* out = room.data() + room.size() - 1;
  *out = 0;
  for (std::uint64_t n = statement.id(); n != 0; n /= 10) *--out = static_cast<char>('0' + n % 10);
  *--out = 'w';
  return out;
}

std::string milliseconds(Lifetime time) { return std::to_string(std::max<std::int64_t>(time.milliseconds(), 1)); }

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionSettings& settings) {
  std::unique_ptr<Connection> connection(new Connection(settings));
  connection->handle_ = connect(settings, true);
  if (connection->handle_ == nullptr) return out_of_memory();
  if (::PQstatus(connection->handle_) != CONNECTION_OK)
    return store_unavailable("no server answers that can be written");
  ::PQsetNoticeProcessor(connection->handle_, ignore_notice, nullptr);
  ::PQsetnonblocking(connection->handle_, 1);
  if (auto set = connection->set_up(); !set) return set.error();
  return connection;
}

/// libpq tells the SQLSTATE of a refused connection only in its text, and only where it is told to before it connects.
std::string Connection::refusal(const ConnectionSettings& settings) {
  std::unique_ptr<PGconn, decltype(&::PQfinish)> handle(connect(settings, false), &::PQfinish);
  if (!handle) return {};
  ::PQsetErrorVerbosity(handle.get(), PQERRORS_SQLSTATE);
  const Timestamp deadline = steady_clock().now() + settings.connect_timeout;
  auto state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED && steady_clock().now() < deadline) {
    pollfd socket{::PQsocket(handle.get()), static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    ::poll(&socket, 1, 100);
    state = ::PQconnectPoll(handle.get());
  }
  const std::string_view message = ::PQerrorMessage(handle.get());
  constexpr std::string_view kFatal = ":  ";
  const auto at = message.rfind(kFatal);
  if (state != PGRES_POLLING_FAILED || at == std::string_view::npos) return {};
  return std::string(message.substr(at + kFatal.size(), 5));
}

/// A pooler would hand what is set or prepared here on to other sessions.
Result<void> Connection::set_up() noexcept {
  if (!settings_.prepared_statements) return {};
  try {
    const std::string text =
        "SET timezone = 'UTC'; SET default_transaction_isolation = 'read committed';"
        " SET lock_timeout = 0; SET statement_timeout = " +
        milliseconds(settings_.statement_timeout) + "; SET idle_in_transaction_session_timeout = " + kIdleTimeout;
    if (auto set = run_text(text.c_str()); !set) return set.error();
    for (const auto& [name, statement] : kControls) {
      auto prepared = finish(::PQsendPrepare(handle_, name, statement, 0, nullptr) == 1);
      if (!prepared) return prepared.error();
    }
    return {};
  } catch (...) {
    return out_of_memory();
  }
}

void Connection::begin(Access access) noexcept {
  pending_ = access == Access::read ? Pending::begin_read : Pending::begin_write;
  mark_ = {};
  patient_ = false;
}

Result<ResultPtr> Connection::run_text(const char* text) noexcept {
  if (lost()) return store_unavailable("the connection was lost");
  if (auto settled = settle(); !settled) return settled.error();
  return finish(::PQsendQuery(handle_, text) == 1);
}

Result<ResultPtr> Connection::run(const sql::Statement& statement, std::initializer_list<sql::Value> values) {
  if (lost()) return store_unavailable("the connection was lost");
  const Parameters parameters(values);
  if (!settings_.prepared_statements) return run_unprepared(statement, parameters);
  if (auto settled = settle(); !settled) return settled.error();
  std::array<char, 24> room{};
  const char* name = name_of(statement, room);
  if (prepared_.find(statement.id()) == prepared_.end()) {
    if (auto prepared = prepare(statement, name, parameters); !prepared) return prepared.error();
  }
  if (pending_ != Pending::nothing) return run_with_begin(name, parameters);
  return finish(::PQsendQueryPrepared(handle_, name, parameters.count(), parameters.data(), parameters.sizes(),
                                      parameters.formats(), 1) == 1);
}

Result<ResultPtr> Connection::run_unprepared(const sql::Statement& statement, const Parameters& parameters) {
  if (auto begun = begin_now(); !begun) return begun.error();
  return finish(::PQsendQueryParams(handle_, statement.text().c_str(), parameters.count(), parameters.types(),
                                    parameters.data(), parameters.sizes(), parameters.formats(), 1) == 1);
}

Result<void> Connection::prepare(const sql::Statement& statement, const char* name, const Parameters& parameters) {
  if (prepared_.size() >= kMostPrepared) return lose("too many statements were prepared");
  prepared_.reserve(prepared_.size() + 1);
  auto prepared =
      finish(::PQsendPrepare(handle_, name, statement.text().c_str(), parameters.count(), parameters.types()) == 1);
  if (!prepared) return prepared.error();
  prepared_.insert(statement.id());
  return {};
}

bool Connection::send_begin() noexcept {
  auto send = [&](const char* control) {
    return ::PQsendQueryPrepared(handle_, control, 0, nullptr, nullptr, nullptr, 0) == 1;
  };
  if (pending_ == Pending::begin_read) return send(kBeginRead);
  // The id is drawn at once: where the answer to the commit is lost, the server is asked by it.
  return send(kBeginWrite) && send(kTransactionMark);
}

Result<ResultPtr> Connection::run_with_begin(const char* name, const Parameters& parameters) {
  bool sent = ::PQenterPipelineMode(handle_) == 1 && send_begin() &&
              ::PQsendQueryPrepared(handle_, name, parameters.count(), parameters.data(), parameters.sizes(),
                                    parameters.formats(), 1) == 1 &&
              ::PQpipelineSync(handle_) == 1;
  return finish_pipeline(sent);
}

Result<void> Connection::begin_now() {
  if (auto settled = settle(); !settled) return settled.error();
  if (pending_ == Pending::nothing) return {};
  std::string text = pending_ == Pending::begin_read ? kControls[0].second : kControls[1].second;
  if (!settings_.prepared_statements) {
    text += "; SET LOCAL statement_timeout = " + milliseconds(settings_.statement_timeout) +
            "; SET LOCAL idle_in_transaction_session_timeout = " + kIdleTimeout;
  }
  if (pending_ == Pending::begin_write) text += std::string("; ") + kControls[2].second;
  const bool writes = pending_ == Pending::begin_write;
  pending_ = Pending::nothing;
  auto begun = finish(::PQsendQuery(handle_, text.c_str()) == 1);
  if (!begun) return begun.error();
  if (writes) note_mark(begun->get());
  return {};
}

void Connection::note_mark(const PGresult* result) {
  if (::PQntuples(result) == 1) mark_ = {::PQgetvalue(result, 0, 0), ::PQgetvalue(result, 0, 1)};
}

Result<void> Connection::commit() noexcept {
  // Without a statement it never began.
  if (pending_ != Pending::nothing) {
    pending_ = Pending::nothing;
    return {};
  }
  auto sent = run_text("COMMIT");
  if (!sent) return sent.error();
  // A server that had given the transaction up answers by its end without a commit, and calls that a success.
  if (std::strcmp(::PQcmdStatus(sent->get()), "COMMIT") == 0) return {};
  return store_unavailable("the transaction was lost");
}

/// Where it fails, the connection is lost, and with it the transaction.
void Connection::roll_back() noexcept {
  pending_ = Pending::nothing;
  if (!lost() && in_transaction()) static_cast<void>(run_text("ROLLBACK"));
}

void Connection::end_reading() noexcept {
  pending_ = Pending::nothing;
  if (lost() || !in_transaction()) return;
  if (::PQsendQuery(handle_, "COMMIT") != 1 || ::PQflush(handle_) != 0) {
    lost_ = true;
    return;
  }
  ending_ = true;
}

/// Awaits the end of the last transaction that only read.
Result<void> Connection::settle() noexcept {
  if (!ending_) return {};
  ending_ = false;
  auto ended = finish(true);
  return ended ? Result<void>() : ended.error();
}

Result<void> Connection::lift_timeouts() {
  if (auto begun = begin_now(); !begun) return begun.error();
  auto lifted = run_text("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0");
  if (!lifted) return lifted.error();
  patient_ = true;
  return {};
}

bool Connection::is_alive() noexcept {
  if (lost()) return false;
  // What came last may be followed by the connection's end.
  for (;;) {
    pollfd socket{::PQsocket(handle_), POLLIN, 0};
    if (::poll(&socket, 1, 0) == 0) return true;
    if (::PQconsumeInput(handle_) != 1 || lost()) return false;
  }
}

Timestamp Connection::deadline() const noexcept {
  return steady_clock().now() + (patient_ ? kPatience : settings_.statement_timeout + kGrace);
}

/// Waits for all that one query brings. Of several results the last counts, or the first that is an error.
Result<ResultPtr> Connection::finish(bool sent) noexcept {
  if (!sent) return lose("nothing could be sent");
  auto kept = collect();
  if (!kept) return kept;
  if (!*kept) return lose("the connection was lost");
  return judge(*std::move(kept));
}

/// The same for the queries of a pipeline up to its end.
Result<ResultPtr> Connection::finish_pipeline(bool sent) noexcept {
  const bool writes = pending_ == Pending::begin_write;
  pending_ = Pending::nothing;
  if (!sent) return lose("nothing could be sent");
  ResultPtr kept;
  for (int query = 0;; ++query) {
    auto result = collect();
    if (!result) return result;
    if (!*result) return lose("the connection was lost");
    const auto status = ::PQresultStatus(result->get());
    if (status == PGRES_PIPELINE_SYNC) break;
    if (writes && query == 1 && status == PGRES_TUPLES_OK) note_mark(result->get());
    if (status != PGRES_PIPELINE_ABORTED) kept = *std::move(result);
  }
  if (::PQexitPipelineMode(handle_) != 1) return lose("the pipeline has no end");
  return judge(std::move(kept));
}

/// Null: the connection has no more to tell.
Result<ResultPtr> Connection::collect() noexcept {
  const Timestamp most = deadline();
  ResultPtr kept;
  for (;;) {
    auto result = next(most);
    if (!result) return result;
    if (!*result) return kept;
    const auto status = ::PQresultStatus(result->get());
    if (status == PGRES_PIPELINE_SYNC) return result;
    if (!kept || ::PQresultStatus(kept.get()) != PGRES_FATAL_ERROR) kept = *std::move(result);
  }
}

Result<ResultPtr> Connection::next(Timestamp most) noexcept {
  while (::PQflush(handle_) == 1 || ::PQisBusy(handle_) == 1) {
    if (!wait(most)) return lose("the server does not answer in time");
    if (::PQconsumeInput(handle_) != 1) return lose("the connection was lost");
  }
  ResultPtr result(::PQgetResult(handle_));
  const auto status = ::PQresultStatus(result.get());
  bool copies = status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
  if (result && copies) return lose("a copy began");
  return result;
}

Result<ResultPtr> Connection::judge(ResultPtr result) noexcept {
  if (!result) return lose("the connection was lost");
  switch (::PQresultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      return result;
    case PGRES_EMPTY_QUERY:
      return store_statement("not exactly one statement");
    default:
      break;
  }
  if (harms_connection(sqlstate_of(result.get()))) harmed_ = true;
  // libpq makes an error of its own, without a SQLSTATE, where the connection breaks.
  if (::PQstatus(handle_) != CONNECTION_OK) return lose("the connection was lost");
  return map_error(result.get());
}

bool Connection::wait(Timestamp most) noexcept {
  const Lifetime left = most - steady_clock().now();
  if (left <= Lifetime()) return false;
  const short events = ::PQflush(handle_) == 1 ? POLLIN | POLLOUT : POLLIN;
  pollfd socket{::PQsocket(handle_), events, 0};
  const auto milliseconds = std::min<std::int64_t>(left.milliseconds() + 1, 60000);
  return ::poll(&socket, 1, static_cast<int>(milliseconds)) >= 0 || errno == EINTR;
}

Error Connection::lose(std::string_view reason) noexcept {
  lost_ = true;
  return store_unavailable(reason);
}

}  // namespace watchword::postgres
