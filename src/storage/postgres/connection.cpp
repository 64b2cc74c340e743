#include "storage/postgres/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>

#include "storage/postgres/error.hpp"
#include "storage/postgres/values.hpp"

namespace watchword::postgres {
namespace {

constexpr std::size_t kMostPrepared = 1024;
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

/// A pooler would hand what is set here on to other sessions.
Result<void> Connection::set_up() noexcept {
  if (!settings_.prepared_statements) return {};
  try {
    const std::string text =
        "SET timezone = 'UTC'; SET default_transaction_isolation = 'read committed';"
        " SET lock_timeout = 0; SET statement_timeout = " +
        milliseconds(settings_.statement_timeout) + "; SET idle_in_transaction_session_timeout = " +
        milliseconds(settings_.statement_timeout + settings_.statement_timeout);
    auto set = run_text(text.c_str());
    return set ? Result<void>() : set.error();
  } catch (...) {
    return out_of_memory();
  }
}

Result<ResultPtr> Connection::run_text(const char* text) noexcept {
  if (lost()) return store_unavailable("the connection was lost");
  return finish(::PQsendQuery(handle_, text) == 1);
}

Result<ResultPtr> Connection::run(const sql::Statement& statement, std::initializer_list<sql::Value> values) {
  if (lost()) return store_unavailable("the connection was lost");
  const Parameters parameters(values);
  if (!settings_.prepared_statements) {
    return finish(::PQsendQueryParams(handle_, statement.text().c_str(), parameters.count(), parameters.types(),
                                      parameters.data(), parameters.sizes(), parameters.formats(), 1) == 1);
  }
  std::array<char, 24> room{};
  const char* name = name_of(statement, room);
  if (prepared_.find(statement.id()) == prepared_.end()) {
    if (auto prepared = prepare(statement, name, values); !prepared) return prepared.error();
  }
  return finish(::PQsendQueryPrepared(handle_, name, parameters.count(), parameters.data(), parameters.sizes(),
                                      parameters.formats(), 1) == 1);
}

Result<void> Connection::prepare(const sql::Statement& statement, const char* name,
                                 std::initializer_list<sql::Value> values) {
  if (prepared_.size() >= kMostPrepared) {
    auto forgotten = run_text("DEALLOCATE ALL");
    if (!forgotten) return forgotten.error();
    prepared_.clear();
  }
  const Parameters parameters(values);
  prepared_.reserve(prepared_.size() + 1);
  auto prepared =
      finish(::PQsendPrepare(handle_, name, statement.text().c_str(), parameters.count(), parameters.types()) == 1);
  if (!prepared) return prepared.error();
  prepared_.insert(statement.id());
  return {};
}

Result<void> Connection::begin_write(std::string& transaction_id) {
  // The id is drawn at once: where the answer to the commit is lost, it is asked for by this.
  std::string text = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;";
  if (!settings_.prepared_statements) {
    text += " SET LOCAL statement_timeout = " + milliseconds(settings_.statement_timeout) + ";";
  }
  text += " SELECT pg_current_xact_id()";
  patient_ = false;
  auto begun = run_text(text.c_str());
  if (!begun) return begun.error();
  if (::PQntuples(begun->get()) != 1) return store_unavailable("the server begins no transaction");
  transaction_id = ::PQgetvalue(begun->get(), 0, 0);
  return {};
}

Result<void> Connection::begin_read() noexcept {
  patient_ = false;
  auto begun = run_text("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  return begun ? Result<void>() : begun.error();
}

Result<void> Connection::commit() noexcept {
  auto sent = run_text("COMMIT");
  if (!sent) return sent.error();
  // A server that had given the transaction up answers by its end without a commit, and calls that a success.
  if (std::strcmp(::PQcmdStatus(sent->get()), "COMMIT") == 0) return {};
  return store_unavailable("the transaction was lost");
}

bool Connection::roll_back() noexcept {
  if (lost()) return false;
  if (in_transaction() && !run_text("ROLLBACK")) return false;
  return !harmed() && !in_transaction();
}

Result<void> Connection::lift_timeouts() noexcept {
  auto lifted = run_text("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0");
  if (!lifted) return lifted.error();
  patient_ = true;
  return {};
}

bool Connection::is_alive() noexcept {
  if (lost()) return false;
  pollfd socket{::PQsocket(handle_), POLLIN, 0};
  if (::poll(&socket, 1, 0) == 0) return true;
  return ::PQconsumeInput(handle_) == 1 && !lost();
}

/// Waits for all that was sent. Of several results the last counts, or the first that is an error.
Result<ResultPtr> Connection::finish(bool sent) noexcept {
  if (!sent) return lose("nothing could be sent");
  const Timestamp deadline = steady_clock().now() + (patient_ ? kPatience : settings_.statement_timeout + kGrace);
  ResultPtr kept;
  for (;;) {
    while (::PQisBusy(handle_) == 1 || ::PQflush(handle_) == 1) {
      if (!wait(deadline)) return lose("the server does not answer in time");
      if (::PQconsumeInput(handle_) != 1) return lose("the connection was lost");
    }
    ResultPtr result(::PQgetResult(handle_));
    if (!result) break;
    auto status = ::PQresultStatus(result.get());
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) return lose("a copy began");
    if (!kept || ::PQresultStatus(kept.get()) != PGRES_FATAL_ERROR) kept = std::move(result);
  }
  return judge(std::move(kept));
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

bool Connection::wait(Timestamp deadline) noexcept {
  const Lifetime left = deadline - steady_clock().now();
  if (left <= Lifetime()) return false;
  const short events = ::PQflush(handle_) == 1 ? POLLIN | POLLOUT : POLLIN;
  pollfd socket{::PQsocket(handle_), events, 0};
  const auto most = std::min<std::int64_t>(left.milliseconds() + 1, 60000);
  return ::poll(&socket, 1, static_cast<int>(most)) >= 0 || errno == EINTR;
}

Error Connection::lose(std::string_view reason) noexcept {
  lost_ = true;
  return store_unavailable(reason);
}

}  // namespace watchword::postgres
