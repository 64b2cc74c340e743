#include "storage/sqlite/database.hpp"

#include <new>

#include <unistd.h>

#include "storage/nested_call.hpp"
#include "storage/schema_text.hpp"
#include "storage/sqlite/error.hpp"

namespace watchword::sqlite {

struct SqliteDatabase::State final {
  State(const Options& options, const ConnectionSettings& settings)
      : writer(settings), queue(options.group_commit), readers(settings, options.readers) {}

  const pid_t process = ::getpid();
  Writer writer;
  CommitQueue queue;
  ReaderPool readers;
  /// A database in memory has one connection for reads and writes.
  std::mutex memory;
  std::atomic<bool> read_only{false};
  std::atomic<bool> wal{false};
  std::atomic<bool> moved{false};
  std::atomic<std::int64_t> look_again_at{0};
  const sql::Statement find_table{"SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1 COLLATE NOCASE"};
};

SqliteDatabase::SqliteDatabase(const Options& options, ConnectionSettings settings)
    : state_(std::make_unique<State>(options, settings)) {
  state_->read_only = options.read_only;
}

SqliteDatabase::~SqliteDatabase() {
  // A child process must not even close what it inherited, and may find its locks taken by threads that it lacks.
  if (state_ && state_->process != ::getpid()) static_cast<void>(state_.release());
}

Result<void> SqliteDatabase::check_usable() const noexcept {
  if (state_->process != ::getpid()) {
    return Error(Errc::internal, "store_after_fork", "A child process must open the database itself.");
  }
  if (sql::NestedCall::inside(this)) {
    return Error(Errc::internal, "nested_transaction", "A transaction or read was begun inside another.");
  }
  return {};
}

Result<void> SqliteDatabase::look_at_file() {
  if (state_->writer.is_memory()) {
    auto opened = state_->writer.connection();
    return opened ? Result<void>() : opened.error();
  }
  auto connection = state_->readers.take();
  if (!connection) return connection.error();
  const sql::Statement look("SELECT count(*) FROM sqlite_schema");
  auto looked = read_on(**connection, [&](sql::Executor& executor) -> Result<void> {
    auto counted = executor.query(look, {}, [](const sql::Row&) -> Result<void> { return {}; });
    return counted ? Result<void>() : counted.error();
  });
  state_->wal = looked && (*connection)->is_wal();
  bool unexpected = (*connection)->is_read_only() && !state_->read_only;
  state_->readers.give_back(*std::move(connection));
  if (looked && unexpected) return store_read_only();
  return looked;
}

Result<void> SqliteDatabase::run(Work work) noexcept {
  if (auto usable = check_usable(); !usable) return usable;
  if (state_->read_only) return store_read_only();
  sql::NestedCall call(this);
  CommitRequest request(work);
  state_->queue.submit(request, [this](CommitRequest* batch) { commit(batch); });
  return request.outcome;
}

void SqliteDatabase::commit(CommitRequest* batch) noexcept {
  std::unique_lock lock(state_->memory, std::defer_lock);
  if (state_->writer.is_memory()) lock.lock();
  state_->writer.commit(batch);
  if (state_->writer.uses_wal()) state_->wal = true;
}

Result<void> SqliteDatabase::read(ReadWork work) noexcept {
  if (auto usable = check_usable(); !usable) return usable;
  sql::NestedCall call(this);
  try {
    if (!state_->writer.is_memory()) return read_file(work);
    std::lock_guard lock(state_->memory);
    auto connection = state_->writer.connection();
    if (!connection) return connection.error();
    return read_on(**connection, work);
  } catch (...) {
    return out_of_memory();
  }
}

Result<void> SqliteDatabase::read_file(ReadWork work) {
  auto connection = state_->readers.take();
  if (!connection) return connection.error();
  auto outcome = check_in_place(**connection);
  if (outcome) outcome = read_on(**connection, work);
  state_->readers.give_back(*std::move(connection));
  return outcome;
}

/// A system call, so not asked at every read: a file that is gone is noticed within a quarter of a second, or at the
/// next write.
Result<void> SqliteDatabase::check_in_place(Connection& connection) noexcept {
  std::int64_t now = steady_clock().now().milliseconds();
  if (now < state_->look_again_at.load(std::memory_order_relaxed) && !state_->moved) return {};
  state_->look_again_at.store(now + 250, std::memory_order_relaxed);
  state_->moved = !connection.is_file_in_place();
  if (state_->moved) return store_unavailable("the database file was moved or deleted");
  return {};
}

Result<void> SqliteDatabase::read_on(Connection& connection, ReadWork work) noexcept {
  ConnectionExecutor executor(ConnectionExecutor::Access::read);
  executor.start(connection);
  Result<void> outcome;
  try {
    outcome = work(executor);
  } catch (const std::bad_alloc&) {
    outcome = out_of_memory();
  } catch (...) {
    outcome = Error(Errc::internal, "work_threw", "The work of a transaction threw an exception.");
  }
  if (outcome && executor.failed()) outcome = *executor.failed();
  if (connection.in_transaction()) {
    auto ended = connection.control(Connection::Control::commit);
    if (!ended) static_cast<void>(connection.control(Connection::Control::roll_back));
  }
  return outcome;
}

bool SqliteDatabase::reads_are_local() const noexcept { return state_->wal || state_->writer.is_memory(); }

std::string SqliteDatabase::render_types(std::string_view schema_text) const {
  return sql::replace_types(schema_text, {"INTEGER", "BOOLEAN", "BLOB", "DATETIME", "INTEGER"});
}

Result<void> SqliteDatabase::execute_script(Transaction& transaction, std::string_view text) noexcept {
  if (transaction.executor() != &state_->writer.executor()) {
    return Error(Errc::internal, "foreign_transaction", "This transaction belongs to another store.");
  }
  return state_->writer.executor().run_script(text);
}

Result<bool> SqliteDatabase::has_table(sql::Executor& executor, std::string_view table) noexcept {
  auto dot = table.find('.');
  if (dot != std::string_view::npos && table.substr(0, dot) != "main") {
    return Error(Errc::misconfigured, "table_name", "SQLite has no schemas: leave the schema's name empty.");
  }
  table.remove_prefix(dot + 1);
  auto rows = executor.query(state_->find_table, {table}, [](const sql::Row&) -> Result<void> { return {}; });
  if (!rows) return rows.error();
  return *rows > 0;
}

}  // namespace watchword::sqlite
