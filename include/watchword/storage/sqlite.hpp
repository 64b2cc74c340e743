#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <watchword/base/export.hpp>
#include <watchword/base/log.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/change_signal.hpp>
#include <watchword/storage/sql.hpp>

namespace watchword::sqlite {

struct Options final {
  /// A file's path, or ":memory:" for a database that ends with the object (one serialised connection).
  std::string path;
  /// Make the file, with mode 0600, where there is none.
  bool create = true;
  /// Open without ever writing: migrations are refused, every transaction answers `store_read_only` (unavailable).
  bool read_only = false;
  /// Readers that may be open at once, 1 to 64; further ones wait.
  std::size_t readers = 4;
  /// How long a transaction waits for another process's.
  Lifetime busy_timeout = Lifetime::seconds(5);
  /// How many `work`s may share one durable commit, 1 to 1024.
  std::size_t group_commit = 64;
  /// Page cache for each connection in KiB, and the part of the file that is mapped into memory in MiB.
  int cache_kib = 2048;
  int mmap_mib = 0;
};

/// Opens an SQLite database (3.40 or newer): WAL, synchronous=FULL, foreign keys on, BEGIN IMMEDIATE, one writer and a
/// bounded pool of readers, each statement prepared once per connection. Opening writes nothing; the journal mode is
/// set by the first transaction that finds no other process in its way. A file that is moved or deleted while it is
/// open is noticed by the next transaction and within 250 ms by reads, which then answer `store_unavailable`. The
/// returned object must be used in the process that made it: after fork() a child gets `store_after_fork` (internal)
/// from every call and should open its own.
///
/// Errors: `database_unreadable` (misconfigured: no such file or no right to it), `database_not_sqlite`
/// (misconfigured), `database_read_only` (misconfigured: the file or its folder cannot be written), `database_options`
/// (misconfigured), `store_corrupt` (internal: the file is damaged), `store_unavailable` (another process holds it).
WATCHWORD_EXPORT Result<std::unique_ptr<sql::Database>> open(const Options& options) noexcept;

/// Hears within 20 ms, by SQLite's data_version on a connection of its own that never writes, that another connection
/// has committed to the file. Null for ":memory:", which nobody else can change. Errors: as those of open().
WATCHWORD_EXPORT Result<std::unique_ptr<ChangeSignal>> make_change_signal(const std::string& path) noexcept;

}  // namespace watchword::sqlite
