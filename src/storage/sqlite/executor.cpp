#include "storage/sqlite/executor.hpp"

#include <new>

#include "storage/sqlite/error.hpp"
#include "storage/sqlite/timestamp_text.hpp"

namespace watchword::sqlite {
namespace {

class StatementRow final : public sql::Row {
 public:
  explicit StatementRow(sqlite3_stmt* statement) noexcept : statement_(statement) {}

  bool is_null(int column) const noexcept override { return type(column) == SQLITE_NULL; }
  std::int64_t integer(int column) const noexcept override {
    return type(column) == SQLITE_INTEGER ? ::sqlite3_column_int64(statement_, column) : 0;
  }
  bool boolean(int column) const noexcept override { return integer(column) != 0; }
  std::string_view text(int column) const noexcept override {
    return type(column) == SQLITE_TEXT ? text_of(column) : std::string_view();
  }
  ByteView blob(int column) const noexcept override {
    if (type(column) != SQLITE_BLOB) return {};
    auto bytes = static_cast<const std::uint8_t*>(::sqlite3_column_blob(statement_, column));
    return {bytes, size(column)};
  }
  Timestamp timestamp(int column) const noexcept override {
    Timestamp t;
    if (type(column) == SQLITE_INTEGER) return timestamp_of_integer(::sqlite3_column_int64(statement_, column));
    if (type(column) == SQLITE_TEXT) parse_timestamp(text_of(column), t);
    return t;
  }

 private:
  int type(int column) const noexcept { return ::sqlite3_column_type(statement_, column); }
  std::size_t size(int column) const noexcept {
    return static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column));
  }
  std::string_view text_of(int column) const noexcept {
    auto characters = reinterpret_cast<const char*>(::sqlite3_column_text(statement_, column));
    return characters != nullptr ? std::string_view(characters, size(column)) : std::string_view();
  }

  sqlite3_stmt* statement_;
};

int bind_text(sqlite3_stmt* statement, int slot, std::string_view text, sqlite3_destructor_type keep) noexcept {
  return ::sqlite3_bind_text64(statement, slot, text.data() != nullptr ? text.data() : "", text.size(), keep,
                               SQLITE_UTF8);
}

int bind(sqlite3_stmt* statement, int slot, const sql::Value& value) noexcept {
  switch (value.type()) {
    case sql::Value::Type::null:
      return ::sqlite3_bind_null(statement, slot);
    case sql::Value::Type::integer:
    case sql::Value::Type::boolean:
      return ::sqlite3_bind_int64(statement, slot, value.integer());
    case sql::Value::Type::text:
      return bind_text(statement, slot, value.bytes().text(), SQLITE_STATIC);
    case sql::Value::Type::timestamp:
      return bind_text(statement, slot, format_timestamp(value.timestamp()).view(), SQLITE_TRANSIENT);
    case sql::Value::Type::blob:
      break;
  }
  if (value.bytes().empty()) return ::sqlite3_bind_zeroblob(statement, slot, 0);
  return ::sqlite3_bind_blob64(statement, slot, value.bytes().data(), value.bytes().size(), SQLITE_STATIC);
}

/// Bound values are only referred to, so they are unbound before the call that lent them returns.
class Running final {
 public:
  explicit Running(sqlite3_stmt* statement) noexcept : statement_(statement) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    ::sqlite3_reset(statement_);
    ::sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

void ConnectionExecutor::start(Connection& connection) noexcept {
  connection_ = &connection;
  failed_.reset();
}

Result<std::int64_t> ConnectionExecutor::execute(const sql::Statement& statement,
                                                 std::initializer_list<sql::Value> values) noexcept {
  return attempt(statement, values, nullptr);
}

Result<std::int64_t> ConnectionExecutor::query(const sql::Statement& statement,
                                               std::initializer_list<sql::Value> values, EachRow each) noexcept {
  return attempt(statement, values, &each);
}

Result<void> ConnectionExecutor::run_script(std::string_view text) noexcept {
  if (failed_) return *failed_;
  auto done = connection_->run_script(text);
  if (!done) return fail(done.error());
  return {};
}

Error ConnectionExecutor::fail(Error error) noexcept {
  failed_ = error;
  return error;
}

Result<void> ConnectionExecutor::begin_reading() noexcept {
  if (access_ == Access::write || connection_->in_transaction()) return {};
  return connection_->control(Connection::Control::begin_read);
}

Result<std::int64_t> ConnectionExecutor::attempt(const sql::Statement& statement,
                                                 std::initializer_list<sql::Value> values, EachRow* each) noexcept {
  if (failed_) return *failed_;
  try {
    return run(statement, values, each);
  } catch (const std::bad_alloc&) {
    return fail(out_of_memory());
  } catch (...) {
    return fail(store_statement("what was shown a row threw"));
  }
}

Result<std::int64_t> ConnectionExecutor::run(const sql::Statement& statement, std::initializer_list<sql::Value> values,
                                             EachRow* each) {
  if (auto begun = begin_reading(); !begun) return fail(begun.error());
  Prepared own;
  auto prepared = choose(statement, own);
  if (!prepared) return fail(prepared.error());
  if (access_ == Access::read && !(*prepared)->reads_only) return fail(store_read_only());
  Running running((*prepared)->statement.get());
  if (auto bound = bind_all(**prepared, values); !bound) return fail(bound.error());
  return step_all((*prepared)->statement.get(), each);
}

/// A query inside the same query's row callback gets a statement of its own.
Result<Prepared*> ConnectionExecutor::choose(const sql::Statement& statement, Prepared& own) {
  auto found = connection_->find_prepared(statement);
  if (!found || ::sqlite3_stmt_busy((*found)->statement.get()) == 0) return found;
  auto again = connection_->prepare(statement.text());
  if (!again) return again.error();
  own = *std::move(again);
  return &own;
}

Result<void> ConnectionExecutor::bind_all(const Prepared& prepared, std::initializer_list<sql::Value> values) noexcept {
  if (values.size() != prepared.slots.size()) return store_statement("a wrong number of values");
  auto slot = prepared.slots.begin();
  for (const auto& value : values) {
    int code = bind(prepared.statement.get(), *slot++, value);
    if (code != SQLITE_OK) return connection_->failure(code);
  }
  return {};
}

Result<std::int64_t> ConnectionExecutor::step_all(sqlite3_stmt* statement, EachRow* each) {
  const std::int64_t changes_before = ::sqlite3_total_changes64(connection_->handle());
  StatementRow row(statement);
  std::int64_t rows = 0;
  int code = SQLITE_OK;
  for (; (code = ::sqlite3_step(statement)) == SQLITE_ROW; ++rows) {
    if (each == nullptr) return fail(store_statement("execute() met a statement that returns rows"));
    if (auto shown = (*each)(row); !shown) return shown.error();
  }
  if (code != SQLITE_DONE) return fail(connection_->failure(code));
  if (each != nullptr) return rows;
  // A statement that changes no row leaves the count of an earlier one behind.
  bool changed = ::sqlite3_total_changes64(connection_->handle()) != changes_before;
  return changed ? ::sqlite3_changes64(connection_->handle()) : 0;
}

}  // namespace watchword::sqlite
