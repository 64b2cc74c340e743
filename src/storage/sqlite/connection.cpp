#include "storage/sqlite/connection.hpp"

#include <algorithm>
#include <thread>

#include "storage/sqlite/error.hpp"

namespace watchword::sqlite {
namespace {

constexpr std::size_t kMostPrepared = 1024;

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kIgnored = " \t\r\n;";
  auto first = text.find_first_not_of(kIgnored);
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

/// $1 ... $n must all be there, so that a value that no statement reads is a defect that shows.
bool find_slots(sqlite3_stmt* statement, std::vector<int>& slots) {
  int count = ::sqlite3_bind_parameter_count(statement);
  for (int i = 1; i <= count; ++i) {
    std::string name(1, '$');
    name += std::to_string(i);
    int slot = ::sqlite3_bind_parameter_index(statement, name.c_str());
    if (slot == 0) return false;
    slots.push_back(slot);
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionSettings& settings) {
  std::unique_ptr<Connection> connection(new Connection);
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE |
              (settings.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
  if (settings.path == ":memory:") flags |= SQLITE_OPEN_MEMORY;
  int code = ::sqlite3_open_v2(settings.path.c_str(), &connection->handle_, flags, nullptr);
  if (code != SQLITE_OK) return connection->failure(code);
  if (auto configured = connection->configure(settings); !configured) return configured.error();
  if (auto prepared = connection->prepare_controls(); !prepared) return prepared.error();
  return connection;
}

Connection::~Connection() {
  for (auto& control : controls_) control.reset();
  prepared_.clear();
  ::sqlite3_close_v2(handle_);
}

Result<void> Connection::configure(const ConnectionSettings& settings) {
  busy_timeout_ = std::chrono::microseconds(settings.busy_timeout.microseconds());
  jitter_ = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(this) >> 4) | 1U;
  ::sqlite3_busy_handler(handle_, &wait_while_busy, this);
  ::sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  std::string pragmas =
      "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL;"
      "PRAGMA cache_size = -" +
      std::to_string(settings.cache_kib) +
      "; PRAGMA mmap_size = " + std::to_string(static_cast<std::int64_t>(settings.mmap_mib) * 1024 * 1024);
  int code = ::sqlite3_exec(handle_, pragmas.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return {};
}

/// Prepared at once, so that rolling back never needs memory that there may be none of by then.
Result<void> Connection::prepare_controls() noexcept {
  constexpr const char* texts[kControls] = {"BEGIN",
                                            "BEGIN IMMEDIATE",
                                            "COMMIT",
                                            "ROLLBACK",
                                            "SAVEPOINT watchword_work",
                                            "ROLLBACK TO watchword_work",
                                            "RELEASE watchword_work"};
  for (std::size_t i = 0; i < kControls; ++i) {
    sqlite3_stmt* statement = nullptr;
    int code = ::sqlite3_prepare_v3(handle_, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    controls_[i].reset(statement);
    if (code != SQLITE_OK) return failure(code);
  }
  return {};
}

Result<void> Connection::control(Control which) noexcept {
  sqlite3_stmt* statement = controls_[static_cast<std::size_t>(which)].get();
  int code = ::sqlite3_step(statement);
  if (code == SQLITE_DONE) {
    ::sqlite3_reset(statement);
    return {};
  }
  Error error = failure(code);
  ::sqlite3_reset(statement);
  return error;
}

Result<Prepared*> Connection::find_prepared(const sql::Statement& statement) {
  auto found = prepared_.find(statement.id());
  if (found != prepared_.end()) return &found->second;
  auto prepared = prepare(statement.text());
  if (!prepared) return prepared.error();
  // Statements whose stores are gone stay behind; those in use must stay.
  if (prepared_.size() >= kMostPrepared) {
    std::erase_if(prepared_, [](const auto& entry) { return ::sqlite3_stmt_busy(entry.second.statement.get()) == 0; });
  }
  return &prepared_.insert_or_assign(statement.id(), *std::move(prepared)).first->second;
}

Result<Prepared> Connection::prepare(const std::string& text) {
  Prepared prepared;
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  int code = ::sqlite3_prepare_v3(handle_, text.c_str(), static_cast<int>(text.size() + 1), SQLITE_PREPARE_PERSISTENT,
                                  &statement, &tail);
  prepared.statement.reset(statement);
  if (code != SQLITE_OK) return failure(code);
  if (statement == nullptr || !trimmed(tail).empty()) return store_statement("not exactly one statement");
  if (!find_slots(statement, prepared.slots)) return store_statement("parameters are not $1, $2 and so on");
  prepared.reads_only = ::sqlite3_stmt_readonly(statement) != 0;
  return prepared;
}

Result<void> Connection::run_script(std::string_view text) noexcept {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  int code = ::sqlite3_prepare_v2(handle_, text.data(), static_cast<int>(text.size()), &raw, &tail);
  StatementPtr statement(raw);
  if (code != SQLITE_OK) return failure(code);
  std::string_view rest = text.substr(static_cast<std::size_t>(tail - text.data()));
  if (!statement || !trimmed(rest).empty()) return store_statement("not exactly one statement");
  code = ::sqlite3_step(statement.get());
  if (code == SQLITE_ROW) return store_statement("a script returned rows");
  if (code != SQLITE_DONE) return failure(code);
  return {};
}

std::string Connection::journal_mode(const char* pragma) noexcept {
  sqlite3_stmt* raw = nullptr;
  if (::sqlite3_prepare_v2(handle_, pragma, -1, &raw, nullptr) != SQLITE_OK) return {};
  StatementPtr statement(raw);
  if (::sqlite3_step(raw) != SQLITE_ROW) return {};
  auto mode = reinterpret_cast<const char*>(::sqlite3_column_text(raw, 0));
  return mode != nullptr ? mode : "";
}

bool Connection::switch_to_wal() noexcept {
  patient_ = false;
  std::string mode = journal_mode("PRAGMA journal_mode = WAL");
  patient_ = true;
  return mode == "wal";
}

bool Connection::is_wal() noexcept { return journal_mode("PRAGMA journal_mode") == "wal"; }

bool Connection::is_file_in_place() noexcept {
  int moved = 0;
  int code = ::sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return code != SQLITE_OK || moved == 0;
}

Error Connection::failure(int code) noexcept {
  harmed_ = harmed_ || harms_connection(code);
  return map_error(handle_, code);
}

int Connection::wait_while_busy(void* self, int count) noexcept {
  return static_cast<Connection*>(self)->wait_a_little(count) ? 1 : 0;
}

bool Connection::wait_a_little(int count) noexcept {
  using namespace std::chrono;
  if (!patient_) return false;
  auto now = steady_clock::now();
  if (count == 0) busy_since_ = now;
  auto left = busy_timeout_ - duration_cast<microseconds>(now - busy_since_);
  if (left <= microseconds(0)) return false;
  jitter_ = jitter_ * 1664525U + 1013904223U;
  std::int64_t longest = std::min<std::int64_t>(250LL << std::min(count, 5), 8000);
  microseconds pause(longest / 2 + static_cast<std::int64_t>(jitter_ >> 8) % (longest / 2));
  std::this_thread::sleep_for(std::min<microseconds>(pause, left));
  return true;
}

}  // namespace watchword::sqlite
