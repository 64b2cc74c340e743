#include "storage/sqlite/error.hpp"

#include <charconv>

namespace watchword::sqlite {
namespace {

constexpr int primary(int code) noexcept { return code & 0xff; }

std::string_view message_of(sqlite3* connection) noexcept {
  const char* text = connection != nullptr ? ::sqlite3_errmsg(connection) : nullptr;
  return text != nullptr ? std::string_view(text) : std::string_view();
}

/// "UNIQUE constraint failed: users.email, users.name" -> "users.email, users.name".
std::string_view columns_of(std::string_view message) noexcept {
  auto colon = message.find(": ");
  return colon == std::string_view::npos ? message : message.substr(colon + 2);
}

Error conflict(std::string_view what) noexcept {
  return Error(Errc::conflict, "store_conflict", "This is taken, or was changed meanwhile.").with_reason(what);
}

Error constraint(sqlite3* connection, int code) noexcept {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return conflict(columns_of(message_of(connection)));
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return conflict("foreign key");
    default:
      return store_statement(message_of(connection));
  }
}

Error corrupt(sqlite3* connection) noexcept {
  return Error(Errc::internal, "store_corrupt", "The database is damaged. Restore it from a backup.")
      .with_reason(message_of(connection));
}

Error unavailable_with_code(std::string_view reason, int code) noexcept {
  char digits[12];
  auto end = std::to_chars(digits, digits + sizeof digits, code).ptr;
  Error error = store_unavailable(reason);
  error.append_reason(" (SQLite ");
  error.append_reason({digits, static_cast<std::size_t>(end - digits)});
  error.append_reason(")");
  return error;
}

}  // namespace

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

Error store_unavailable(std::string_view reason) noexcept {
  return Error(Errc::unavailable, "store_unavailable", "The database does not answer. Try again later.")
      .with_retry_after(Lifetime::seconds(1))
      .with_reason(reason);
}

Error store_read_only() noexcept {
  return {Errc::unavailable, "store_read_only", "The database can only be read now. Try again later."};
}

Error store_statement(std::string_view reason) noexcept {
  return Error(Errc::internal, "store_statement", "The database refused a statement.").with_reason(reason);
}

Error map_error(sqlite3* connection, int code) noexcept {
  if (code == SQLITE_BUSY_SNAPSHOT) {
    return Error(Errc::unavailable, "store_serialization", "The database is busy. Try again.")
        .with_retry_after(Lifetime::seconds(1));
  }
  if (code == SQLITE_READONLY_DBMOVED) return store_unavailable("the database file was moved or deleted");
  switch (primary(code)) {
    case SQLITE_CONSTRAINT:
      return constraint(connection, code);
    case SQLITE_NOMEM:
      return out_of_memory();
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return corrupt(connection);
    case SQLITE_READONLY:
      return store_read_only();
    case SQLITE_FULL:
      return store_unavailable("the disk is full");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return store_unavailable("another process holds the database for too long");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_NOLFS:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_ABORT:
    case SQLITE_INTERRUPT:
      return unavailable_with_code("the database file cannot be read or written", code);
    default:
      return store_statement(message_of(connection));
  }
}

bool harms_connection(int code) noexcept {
  switch (primary(code)) {
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
      return true;
    default:
      return false;
  }
}

bool is_serialization(const Error& error) noexcept { return error.code() == "store_serialization"; }

}  // namespace watchword::sqlite
