#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>

namespace watchword {

/// A DATABASE_URL, taken apart.
struct DatabaseUrl final {
  enum class Engine : std::uint8_t { sqlite, postgresql };
  Engine engine = Engine::sqlite;
  /// SQLite: the file's path or ":memory:". PostgreSQL: the URL in libpq's spelling. May hold a password: do not log
  /// it.
  std::string target;
  /// The same without user name, password or query: safe to show.
  std::string display;
};

/// Reads sqlite:///relative.db, sqlite:////absolute.db, sqlite:///:memory:, sqlite:// (memory), postgresql://..., and
/// the specification's spellings with a driver's name (sqlite+aiosqlite://, postgresql+asyncpg://; any driver's name
/// is ignored). Percent-escapes in an SQLite path are decoded, its query is ignored. In a PostgreSQL URL an @ after the
/// first / ? or # is refused: these are percent-escaped in a user name, password or query. Error: `database_url`
/// (misconfigured); its reason never repeats the URL.
WATCHWORD_EXPORT Result<DatabaseUrl> parse_database_url(std::string_view url) noexcept;

}  // namespace watchword
