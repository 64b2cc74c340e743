#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <unordered_set>

#include <libpq-fe.h>

#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/sql.hpp>

#include "storage/postgres/values.hpp"

namespace watchword::postgres {

struct ClearResult final {
  void operator()(PGresult* result) const noexcept { ::PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ClearResult>;

struct ConnectionSettings final {
  std::string url;  ///< libpq's; may hold a password
  Lifetime connect_timeout;
  Lifetime statement_timeout;
  bool prepared_statements = true;
};

/// A transaction, and the run of the server that numbered it: another run, after a crash or a failover, may give the
/// number again.
struct TransactionMark final {
  std::string id;
  std::string run;
};

/// One connection with what it has prepared. Not safe for concurrent use. A call that waits for the server gives up
/// after the statement timeout and leaves the connection lost: what it asked for may be done or not.
class Connection final {
 public:
  /// Error: `store_unavailable`.
  static Result<std::unique_ptr<Connection>> open(const ConnectionSettings& settings);
  /// The SQLSTATE with which the server turns this connection away; "" if that is not what happens.
  static std::string refusal(const ConnectionSettings& settings);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { ::PQfinish(handle_); }

  /// One or several statements without parameters; gives the result of the last, in text.
  Result<ResultPtr> run_text(const char* text) noexcept;
  /// A statement with its values, prepared at its first use; gives its result in binary.
  Result<ResultPtr> run(const sql::Statement& statement, std::initializer_list<sql::Value> values);

  /// A transaction that begins together with its first statement, in one round trip.
  enum class Access : std::uint8_t { read, write };
  void begin(Access access) noexcept;
  /// Success only if the server says that it is durable. Where the answer is missing, lost() is true afterwards.
  Result<void> commit() noexcept;
  void roll_back() noexcept;
  /// Ends a transaction that only read; its answer is awaited by whoever uses the connection next.
  void end_reading() noexcept;
  /// What the server can be asked by later; empty before the first statement of a transaction that may write.
  const TransactionMark& mark() const noexcept { return mark_; }

  /// Nothing that runs until the transaction's end is cut short.
  Result<void> lift_timeouts();

  bool in_transaction() const noexcept { return !ending_ && ::PQtransactionStatus(handle_) != PQTRANS_IDLE; }
  /// True once the connection is gone, or an answer was not awaited.
  bool lost() const noexcept { return lost_ || ::PQstatus(handle_) != CONNECTION_OK; }
  /// True if it should not be lent again, although it may end what it is at.
  bool harmed() const noexcept { return harmed_ || lost(); }
  /// Whether an idle connection was not closed by the server meanwhile.
  bool is_alive() noexcept;
  PGconn* handle() const noexcept { return handle_; }

 private:
  explicit Connection(const ConnectionSettings& settings) : settings_(settings) {}
  enum class Pending : std::uint8_t { nothing, begin_read, begin_write };
  Result<void> set_up() noexcept;
  Result<void> prepare(const sql::Statement& statement, const char* name, const Parameters& parameters);
  Result<ResultPtr> run_unprepared(const sql::Statement& statement, const Parameters& parameters);
  Result<ResultPtr> run_with_begin(const char* name, const Parameters& parameters);
  bool send_begin() noexcept;
  /// Begins at once what was to begin with the first statement.
  Result<void> begin_now();
  Result<void> settle() noexcept;
  void note_mark(const PGresult* result);
  Result<ResultPtr> finish(bool sent) noexcept;
  Result<ResultPtr> finish_pipeline(bool sent) noexcept;
  Result<ResultPtr> collect() noexcept;
  Result<ResultPtr> next(Timestamp deadline) noexcept;
  Timestamp deadline() const noexcept;
  Result<ResultPtr> judge(ResultPtr result) noexcept;
  bool wait(Timestamp deadline) noexcept;
  Error lose(std::string_view reason) noexcept;

  const ConnectionSettings settings_;
  PGconn* handle_ = nullptr;
  std::unordered_set<std::uint64_t> prepared_;
  TransactionMark mark_;
  Pending pending_ = Pending::nothing;
  bool ending_ = false;
  bool lost_ = false;
  bool harmed_ = false;
  bool patient_ = false;
};

}  // namespace watchword::postgres
