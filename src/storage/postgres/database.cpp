#include "storage/postgres/database.hpp"

#include <new>
#include <utility>

#include <unistd.h>

#include "storage/nested_call.hpp"
#include "storage/postgres/error.hpp"
#include "storage/postgres/server_settings.hpp"
#include "storage/schema_text.hpp"

namespace watchword::postgres {
namespace {

Error after_fork() noexcept {
  return {Errc::internal, "store_after_fork", "A child process must open the database itself."};
}

Error nested() noexcept {
  return {Errc::internal, "nested_transaction", "A transaction or read was begun inside another."};
}

}  // namespace

struct PostgresDatabase::State final {
  State(const Options& options, ConnectionSettings settings)
      : log(options.log != nullptr ? *options.log : null_log()),
        pool(std::move(settings), options.connections, options.pool_timeout, log),
        runner(pool) {}

  const pid_t process = ::getpid();
  LogSink& log;
  Pool pool;
  Runner runner;
  // A statement that opens no table would not see what another has made while this transaction waited for it.
  const sql::Statement find_table{"SELECT 1 FROM pg_class WHERE oid = to_regclass($1)"};
  // The number is "watchword", cut to what fits.
  const sql::Statement lock{"SELECT 1 FROM pg_advisory_xact_lock(8602255104098136674)"};
  const sql::Statement draw{
      "SELECT CASE WHEN drawn >= $2 THEN drawn ELSE setval(generator, $2) END FROM (SELECT name::regclass AS generator,"
      " nextval(name::regclass) AS drawn FROM pg_get_serial_sequence($1, 'id') AS name WHERE name IS NOT NULL) AS "
      "next"};
};

PostgresDatabase::PostgresDatabase(const Options& options, ConnectionSettings settings)
    : state_(std::make_unique<State>(options, std::move(settings))) {}

PostgresDatabase::~PostgresDatabase() {
  // A child process must not end what its parent goes on using, and may find locks taken by threads that it lacks.
  if (state_ && state_->process != ::getpid()) static_cast<void>(state_.release());
}

Result<void> PostgresDatabase::look_at_server() {
  auto lease = Lease::take(state_->pool);
  if (!lease) return explain_refusal(state_->pool.settings(), lease.error());
  return check_settings(**lease, state_->log);
}

Result<void> PostgresDatabase::check_usable() const noexcept {
  if (state_->process != ::getpid()) return after_fork();
  if (sql::NestedCall::inside(this)) return nested();
  return {};
}

Result<void> PostgresDatabase::run(Work work) noexcept {
  if (auto usable = check_usable(); !usable) return usable;
  sql::NestedCall call(this);
  try {
    return state_->runner.run(work);
  } catch (...) {
    return out_of_memory();
  }
}

Result<void> PostgresDatabase::read(ReadWork work) noexcept {
  if (auto usable = check_usable(); !usable) return usable;
  sql::NestedCall call(this);
  try {
    for (bool again = false;; again = true) {
      auto lease = Lease::take(state_->pool);
      if (!lease) return lease.error();
      bool shown = false;
      auto outcome = read_on(**lease, work, shown);
      if (outcome || again || shown || !(*lease)->harmed()) return outcome;
      state_->pool.clear();
    }
  } catch (...) {
    return out_of_memory();
  }
}

Result<void> PostgresDatabase::read_on(Connection& connection, ReadWork work, bool& shown) noexcept {
  connection.begin(Connection::Access::read);
  ConnectionExecutor executor(connection);
  Result<void> outcome;
  try {
    outcome = work(executor);
  } catch (const std::bad_alloc&) {
    outcome = out_of_memory();
  } catch (...) {
    outcome = Error(Errc::internal, "work_threw", "The work of a transaction threw an exception.");
  }
  if (outcome && executor.failed()) outcome = *executor.failed();
  connection.end_reading();
  shown = executor.has_shown();
  return outcome;
}

std::string PostgresDatabase::render_types(std::string_view schema_text) const {
  return sql::replace_types(schema_text, {"BIGINT", "BOOLEAN", "BYTEA", "TIMESTAMP", "SERIAL"});
}

Result<void> PostgresDatabase::execute_script(Transaction& transaction, std::string_view text) noexcept {
  auto* executor = dynamic_cast<ConnectionExecutor*>(transaction.executor());
  if (executor == nullptr) {
    return Error(Errc::internal, "foreign_transaction", "This transaction belongs to another store.");
  }
  try {
    return executor->run_script(sql::Statement(std::string(text)));
  } catch (...) {
    return out_of_memory();
  }
}

Result<bool> PostgresDatabase::has_table(sql::Executor& executor, std::string_view table) noexcept {
  auto rows = executor.query(state_->find_table, {table}, [](const sql::Row&) -> Result<void> { return {}; });
  if (!rows) return rows.error();
  return *rows > 0;
}

Result<void> PostgresDatabase::lock_schema(Transaction& transaction) noexcept {
  auto* executor = dynamic_cast<ConnectionExecutor*>(transaction.executor());
  if (executor == nullptr) {
    return Error(Errc::internal, "foreign_transaction", "This transaction belongs to another store.");
  }
  if (auto lifted = executor->lift_timeouts(); !lifted) return lifted;
  auto locked = executor->query(state_->lock, {}, [](const sql::Row&) -> Result<void> { return {}; });
  return locked ? Result<void>() : locked.error();
}

Result<std::int64_t> PostgresDatabase::draw_id(sql::Executor& executor, std::string_view table,
                                               std::int64_t at_least) noexcept {
  std::int64_t id = at_least;
  auto drawn = executor.query(state_->draw, {table, at_least}, [&](const sql::Row& row) -> Result<void> {
    id = row.integer(0);
    return {};
  });
  if (!drawn) return drawn.error();
  return id;
}

}  // namespace watchword::postgres
