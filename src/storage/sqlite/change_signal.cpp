#include <algorithm>
#include <atomic>
#include <memory>
#include <string>

#include <watchword/storage/sqlite.hpp>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/error.hpp"
#include "storage/wakeup.hpp"

namespace watchword::sqlite {
namespace {

/// How often the version is looked at: a few microseconds' work each time.
constexpr Lifetime kPause = Lifetime::milliseconds(20);

/// A connection that never writes sees by SQLite's own count of versions that another has.
class DataVersionSignal final : public ChangeSignal {
 public:
  explicit DataVersionSignal(std::unique_ptr<Connection> connection) noexcept : connection_(std::move(connection)) {
    version_ = version();
  }
  bool valid() const noexcept { return closed_.valid(); }

  bool wait(Lifetime most) noexcept override {
    const Timestamp deadline = steady_clock().now() + most;
    for (;;) {
      const std::int64_t now = version();
      if (now != version_) {
        version_ = now;
        return true;
      }
      const Lifetime left = deadline - steady_clock().now();
      if (left <= Lifetime() || closed_.wait(-1, std::min(left, kPause))) return false;
    }
  }
  /// The commit itself is what others see.
  void send() noexcept override {}
  void close() noexcept override { closed_.ring(); }

 private:
  /// Zero where the file does not tell.
  std::int64_t version() noexcept {
    sqlite3_stmt* raw = nullptr;
    if (::sqlite3_prepare_v2(connection_->handle(), "PRAGMA data_version", -1, &raw, nullptr) != SQLITE_OK) return 0;
    StatementPtr statement(raw);
    return ::sqlite3_step(raw) == SQLITE_ROW ? ::sqlite3_column_int64(raw, 0) : 0;
  }

  std::unique_ptr<Connection> connection_;
  Wakeup closed_;
  std::int64_t version_ = 0;
};

}  // namespace

Result<std::unique_ptr<ChangeSignal>> make_change_signal(const std::string& path) noexcept {
  try {
    if (path == ":memory:") return std::unique_ptr<ChangeSignal>();
    ConnectionSettings settings;
    settings.path = path.front() == '/' ? path : "./" + path;
    settings.read_only = true;
    auto connection = Connection::open(settings);
    if (!connection) return connection.error();
    auto signal = std::make_unique<DataVersionSignal>(*std::move(connection));
    if (!signal->valid()) return store_unavailable("no descriptor is free");
    return std::unique_ptr<ChangeSignal>(std::move(signal));
  } catch (...) {
    return out_of_memory();
  }
}

}  // namespace watchword::sqlite
