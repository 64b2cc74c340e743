// What the storage costs beside the machine's own limits: a synced write for commits, a prepared select for reads.
// TMPDIR says which disk is measured.
#include <cstdlib>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <watchword/storage/sqlite.hpp>

#include "support/temp_dir.hpp"

namespace {

using namespace watchword;

constexpr int kRows = 100000;

void require(bool condition) {
  if (!condition) std::abort();
}

std::string address(std::uint64_t n) { return "user" + std::to_string(n * 2654435761U % kRows) + "@example.com"; }

std::unique_ptr<sql::Database> open_at(const std::filesystem::path& path) {
  sqlite::Options options;
  options.path = path.string();
  options.cache_kib = 64 * 1024;
  options.mmap_mib = 512;
  auto opened = sqlite::open(options);
  require(opened.has_value());
  return *std::move(opened);
}

Result<void> insert_rows(Transaction& transaction) {
  static const sql::Statement insert("INSERT INTO people (email, hash) VALUES ($1, $2)");
  const std::string hash(97, 'h');
  for (int n = 0; n < kRows; ++n) {
    auto done = transaction.executor()->execute(insert, {"user" + std::to_string(n) + "@example.com", hash});
    if (!done) return done.error();
  }
  return {};
}

/// A database with a log of entries and a table of people, made once for all measurements.
class Fixture final {
 public:
  static Fixture& shared() {
    static Fixture fixture;
    return fixture;
  }
  sql::Database& database() { return *database_; }
  std::filesystem::path path() const { return folder_ / "bench.db"; }
  std::filesystem::path other_file() const { return folder_ / "plain"; }

 private:
  Fixture() : database_(open_at(path())) {
    require(database_
                ->run([this](Transaction& t) -> Result<void> {
                  for (const char* text : {"CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT UNIQUE, hash TEXT)",
                                           "CREATE TABLE entries (id INTEGER PRIMARY KEY, n INTEGER)"}) {
                    if (auto made = database_->execute_script(t, text); !made) return made;
                  }
                  return insert_rows(t);
                })
                .has_value());
  }

  test::TempDir folder_;
  std::unique_ptr<sql::Database> database_;
};

void limit_write_and_sync(benchmark::State& state) {
  int file = ::open(Fixture::shared().other_file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const char page[4096] = {1};
  off_t n = 0;
  for (auto _ : state) {
    require(::pwrite(file, page, sizeof page, static_cast<off_t>(sizeof page) * (n++ % 64)) == sizeof page);
    require(::fdatasync(file) == 0);
  }
  ::close(file);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(limit_write_and_sync)->UseRealTime();

void transactions(benchmark::State& state) {
  static const sql::Statement insert("INSERT INTO entries (n) VALUES ($1)");
  auto& database = Fixture::shared().database();
  std::int64_t n = 0;
  for (auto _ : state) {
    auto done = database.run([&](Transaction& t) -> Result<void> {
      auto inserted = t.executor()->execute(insert, {++n});
      return inserted ? Result<void>() : inserted.error();
    });
    require(done.has_value());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(transactions)->Threads(1)->Threads(4)->Threads(16)->UseRealTime();

void limit_prepared_select(benchmark::State& state) {
  sqlite3* connection = nullptr;
  require(::sqlite3_open_v2(Fixture::shared().path().c_str(), &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                            nullptr) == SQLITE_OK);
  ::sqlite3_exec(connection, "PRAGMA cache_size = -65536; PRAGMA mmap_size = 536870912", nullptr, nullptr, nullptr);
  sqlite3_stmt* select = nullptr;
  require(::sqlite3_prepare_v3(connection, "SELECT id, hash FROM people WHERE email = ?", -1, SQLITE_PREPARE_PERSISTENT,
                               &select, nullptr) == SQLITE_OK);
  std::uint64_t n = 0;
  for (auto _ : state) {
    std::string email = address(++n);
    ::sqlite3_bind_text(select, 1, email.data(), static_cast<int>(email.size()), SQLITE_STATIC);
    require(::sqlite3_step(select) == SQLITE_ROW);
    benchmark::DoNotOptimize(::sqlite3_column_int64(select, 0));
    benchmark::DoNotOptimize(::sqlite3_column_text(select, 1));
    require(::sqlite3_step(select) == SQLITE_DONE);
    ::sqlite3_reset(select);
  }
  ::sqlite3_finalize(select);
  ::sqlite3_close(connection);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(limit_prepared_select)->Threads(1)->Threads(2)->UseRealTime();

void point_select(benchmark::State& state) {
  static const sql::Statement select("SELECT id, hash FROM people WHERE email = $1");
  auto& database = Fixture::shared().database();
  std::uint64_t n = 0;
  for (auto _ : state) {
    std::string email = address(++n);
    auto done = database.read([&](sql::Executor& executor) -> Result<void> {
      auto rows = executor.query(select, {email}, [](const sql::Row& row) -> Result<void> {
        benchmark::DoNotOptimize(row.integer(0));
        benchmark::DoNotOptimize(row.text(1));
        return {};
      });
      return rows ? Result<void>() : rows.error();
    });
    require(done.has_value());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(point_select)->Threads(1)->Threads(2)->UseRealTime();

}  // namespace
