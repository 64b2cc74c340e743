#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <sqlite3.h>

#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/sql.hpp>

namespace watchword::sqlite {

struct FinalizeStatement final {
  void operator()(sqlite3_stmt* statement) const noexcept { ::sqlite3_finalize(statement); }
};
using StatementPtr = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// A statement that one connection has prepared, and where $1, $2 ... are among SQLite's own parameter numbers.
struct Prepared final {
  StatementPtr statement;
  std::vector<int> slots;
  bool reads_only = false;
};

struct ConnectionSettings final {
  std::string path;
  bool read_only = false;
  Lifetime busy_timeout;
  int cache_kib = 0;
  int mmap_mib = 0;
};

/// One connection with what it has prepared. Not safe for concurrent use.
class Connection final {
 public:
  enum class Control : std::uint8_t { begin_read, begin_write, commit, roll_back, mark, roll_back_to_mark, drop_mark };

  static Result<std::unique_ptr<Connection>> open(const ConnectionSettings& settings);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  Result<void> control(Control which) noexcept;
  /// The statement, prepared at its first use. Lives as long as the connection.
  Result<Prepared*> find_prepared(const sql::Statement& statement);
  Result<Prepared> prepare(const std::string& text);
  /// Runs schema text: exactly one statement without parameters or rows.
  Result<void> run_script(std::string_view text) noexcept;
  /// Tries once, without waiting for other processes, to make the journal a write-ahead log. True if it is one.
  bool switch_to_wal() noexcept;
  bool is_wal() noexcept;
  /// False once the file was deleted or replaced under the connection.
  bool is_file_in_place() noexcept;
  bool is_read_only() const noexcept { return ::sqlite3_db_readonly(handle_, "main") == 1; }

  bool in_transaction() const noexcept { return ::sqlite3_get_autocommit(handle_) == 0; }
  /// True after an error that may have harmed the connection itself.
  bool harmed() const noexcept { return harmed_; }
  /// For a connection that cannot be opened anew, once its transaction is undone.
  void clear_harm() noexcept { harmed_ = false; }
  /// The error of a call that returned `code`.
  Error failure(int code) noexcept;
  sqlite3* handle() const noexcept { return handle_; }

 private:
  Connection() = default;
  Result<void> configure(const ConnectionSettings& settings);
  Result<void> prepare_controls() noexcept;
  std::string journal_mode(const char* pragma) noexcept;
  static int wait_while_busy(void* self, int count) noexcept;
  bool wait_a_little(int count) noexcept;

  static constexpr std::size_t kControls = 7;
  sqlite3* handle_ = nullptr;
  std::array<StatementPtr, kControls> controls_;
  std::unordered_map<std::uint64_t, Prepared> prepared_;
  std::chrono::microseconds busy_timeout_{};
  std::chrono::steady_clock::time_point busy_since_;
  std::uint32_t jitter_ = 1;
  bool patient_ = true;
  bool harmed_ = false;
};

}  // namespace watchword::sqlite
