#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/disk_faults.hpp"
#include "storage/support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

const sql::Statement& insert() {
  static const sql::Statement statement("INSERT INTO entries (n, text) VALUES ($1, $2)");
  return statement;
}

DatabasePtr database_with_entries(const sqlite::Options& options) {
  auto database = open_database(options);
  REQUIRE(run_scripts(*database, {"CREATE TABLE IF NOT EXISTS entries (n INTEGER PRIMARY KEY, text TEXT)"}));
  return database;
}

Result<void> add(sql::Database& database, int n, std::string_view text = "") {
  return database.run([&](Transaction& t) { return execute(t, insert(), {n, text}); });
}

/// Runs `work` while the process may open one more file, the database, and then none.
template <class Work>
Result<void> with_open_files_spent(const rlimit& limit, Work work) {
  int next = ::dup(0);
  ::close(next);
  rlimit spent = limit;
  spent.rlim_cur = static_cast<rlim_t>(next) + 1;
  ::setrlimit(RLIMIT_NOFILE, &spent);
  auto outcome = work();
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return outcome;
}

std::int64_t count(sql::Database& database) { return read_integer(database, "SELECT count(*) FROM entries"); }

/// In a child process, until it is killed: adds entries, telling of each once it is said to be durable.
[[noreturn]] void add_until_killed(const std::filesystem::path& path, int first, int pipe) {
  auto database = sqlite::open(options_for(path));
  if (!database) ::_exit(1);
  for (int n = first;; ++n) {
    if (!add(**database, n)) ::_exit(1);
    if (::write(pipe, &n, sizeof n) != sizeof n) ::_exit(1);
  }
}

/// The last entry that a child, killed a while after its start or its first answer, has told of; or -1.
int last_told_by_killed_child(const std::filesystem::path& path, int first, bool after_answer,
                              std::chrono::microseconds wait) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  pid_t child = ::fork();
  if (child == 0) add_until_killed(path, first, ends[1]);
  ::close(ends[1]);
  int told = -1, n = 0;
  if (after_answer && ::read(ends[0], &n, sizeof n) == sizeof n) told = n;
  std::this_thread::sleep_for(wait);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  while (::read(ends[0], &n, sizeof n) == sizeof n) told = n;
  ::close(ends[0]);
  return told;
}

}  // namespace

TEST_CASE("4.1 what was said to be durable survives a kill") {
  TempDir dir;
  database_with_entries(options_for(dir / "a.db")).reset();
  int next = 1, told_in_all = 0;
  for (int round = 0; round < 50; ++round) {
    std::chrono::microseconds wait(round * 7919 % 12000);
    int told = last_told_by_killed_child(dir / "a.db", next, round % 2 == 0, wait);
    auto database = open_file(dir / "a.db");
    std::int64_t last = read_integer(*database, "SELECT coalesce(max(n), 0) FROM entries");
    CHECK(last >= told);
    CHECK(last <= std::max(told, next - 1) + 1);
    CHECK(count(*database) == last);
    told_in_all += told > 0 ? 1 : 0;
    next = static_cast<int>(last) + 1;
  }
  CHECK(told_in_all >= 25);
}

TEST_CASE("4.1 the journal is synced before a transaction is answered and once") {
  TempDir dir;
  auto database = database_with_entries(options_for(dir / "a.db"));
  int before = Disk::syncs;
  REQUIRE(add(*database, 1));
  CHECK(Disk::syncs - before == 1);
}

TEST_CASE("4.3 a full disk refuses writes and goes on reading and recovers") {
  TempDir dir;
  auto options = options_for(GENERATE(0, 1) == 0 ? dir / "a.db" : std::filesystem::path(":memory:"));
  auto database = database_with_entries(options);
  auto limit = [&](const char* pragma) {
    sql::Statement statement(pragma);
    return database->run([&](Transaction& t) -> Result<void> {
      auto rows = t.executor()->query(statement, {}, [](const sql::Row&) -> Result<void> { return {}; });
      return rows ? Result<void>() : rows.error();
    });
  };
  REQUIRE(limit("PRAGMA max_page_count = 8"));
  std::string big(100000, 'x');
  auto full = database->run([&](Transaction& t) -> Result<void> {
    REQUIRE(execute(t, insert(), {1, "small"}));
    return execute(t, insert(), {2, big});
  });
  CHECK(code_of(full) == "store_unavailable");
  CHECK(full.error().reason() == "the disk is full");
  CHECK(count(*database) == 0);
  REQUIRE(limit("PRAGMA max_page_count = 1000"));
  CHECK(add(*database, 2, big));
  CHECK(count(*database) == 1);
}

TEST_CASE("4.3 a file that may not grow refuses writes and recovers") {
  TempDir dir;
  auto database = database_with_entries(options_for(dir / "a.db"));
  auto old_signal = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  rlimit small = old_limit;
  small.rlim_cur = 64 * 1024;
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  auto refused = add(*database, 1, std::string(200000, 'x'));
  auto read = count(*database);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  std::signal(SIGXFSZ, old_signal);
  REQUIRE_FALSE(refused);
  CHECK((refused.error().kind() == Errc::unavailable || refused.error().kind() == Errc::outcome_unknown));
  CHECK(read == 0);
  CHECK(add(*database, 2));
  CHECK(read_integer(*database, "SELECT sum(n) FROM entries") == 2);
}

TEST_CASE("4.3 a journal that could not be opened is forgotten with its transaction") {
  TempDir dir;
  // Another system's file: its journal is opened in mid-transaction, and stays so while somebody reads.
  std::filesystem::copy_file(WATCHWORD_TEST_DATA "/vectors/seed/seed_users.db", dir / "a.db");
  const sql::Statement names("SELECT username FROM users");
  const sql::Statement touch("UPDATE users SET username = username || 'x' WHERE id = 1");
  auto database = open_database(options_for(dir / "a.db"));
  auto other = open_database(options_for(dir / "a.db"));
  auto write = [&] { return database->run([&](Transaction& t) { return execute(t, touch, {}); }); };
  // A sanitizer opens files itself when it first meets a type.
  auto memory = open_database(options_for(":memory:"));
  REQUIRE(run_scripts(*memory, {"CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT)"}));
  REQUIRE(memory->run([&](Transaction& t) { return execute(t, touch, {}); }));
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  Result<void> refused;
  REQUIRE(other->read([&](sql::Executor& executor) -> Result<void> {
    auto held = executor.query(names, {}, [](const sql::Row&) { return Result<void>(); });
    refused = with_open_files_spent(limit, write);
    return held ? Result<void>() : held.error();
  }));
  REQUIRE(code_of(refused) == "store_unavailable");
  CHECK(write());
  CHECK(read_integer(*database, "SELECT count(*) FROM users WHERE username = 'testuserx'") == 1);
}

TEST_CASE("4.4 a failed sync leaves the outcome unknown and the next transaction succeeds") {
  TempDir dir;
  auto database = database_with_entries(options_for(dir / "a.db"));
  REQUIRE(add(*database, 1));
  Disk::fail_sync_in = 1;
  auto failed = add(*database, 2);
  Disk::fail_sync_in = 0;
  REQUIRE(code_of(failed) == "store_outcome_unknown");
  CHECK(failed.error().kind() == Errc::outcome_unknown);
  CHECK(add(*database, 3));
  CHECK(read_integer(*database, "SELECT count(*) FROM entries WHERE n IN (1, 3)") == 2);
}

TEST_CASE("4.5 a transaction waits for another's and no longer than told") {
  TempDir dir;
  auto options = options_for(dir / "a.db");
  options.busy_timeout = Lifetime::milliseconds(60);
  auto database = database_with_entries(options);
  auto other = open_file(dir / "a.db");
  std::atomic<bool> holds{false}, release{false};
  std::thread holder([&] {
    static_cast<void>(other->run([&](Transaction&) -> Result<void> {
      holds = true;
      while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return {};
    }));
  });
  while (!holds) std::this_thread::yield();
  auto began = std::chrono::steady_clock::now();
  auto refused = add(*database, 1);
  auto waited = std::chrono::steady_clock::now() - began;
  CHECK(count(*database) == 0);
  release = true;
  holder.join();
  CHECK(code_of(refused) == "store_unavailable");
  CHECK(waited >= std::chrono::milliseconds(60));
  CHECK(add(*database, 1));
}

TEST_CASE("4.5 readers that are all busy are waited for no longer than told") {
  TempDir dir;
  auto options = options_for(dir / "a.db");
  options.busy_timeout = Lifetime::milliseconds(30);
  options.readers = 1;
  auto database = database_with_entries(options);
  std::atomic<bool> reads{false}, release{false};
  std::thread reader([&] {
    static_cast<void>(database->read([&](sql::Executor&) -> Result<void> {
      reads = true;
      while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return {};
    }));
  });
  while (!reads) std::this_thread::yield();
  CHECK(code_of(database->read([](sql::Executor&) -> Result<void> { return {}; })) == "store_unavailable");
  release = true;
  reader.join();
  CHECK(count(*database) == 0);
}

TEST_CASE("4.7 a file deleted or replaced while open is noticed") {
  TempDir dir;
  auto database = database_with_entries(options_for(dir / "a.db"));
  REQUIRE(add(*database, 1));
  bool replaced = GENERATE(false, true);
  std::filesystem::rename(dir / "a.db", dir / "b.db");
  if (replaced) write_bytes(dir / "a.db", "something else");
  CHECK(code_of(add(*database, 2)) == "store_unavailable");
  int read = 0;
  while (read < 64 && count(*database) == 1) ++read;
  CHECK(read < 64);
  if (replaced) CHECK(bytes_of(dir / "a.db") == "something else");
  std::filesystem::rename(dir / "b.db", dir / "a.db");
  CHECK(add(*database, 2));
  CHECK(count(*database) == 2);
}

TEST_CASE("4.7 damage met while reading is reported as such") {
  TempDir dir;
  {
    auto database = database_with_entries(options_for(dir / "a.db"));
    for (int n = 0; n < 40; ++n) REQUIRE(add(*database, n, std::string(2000, 'x')));
  }
  std::string bytes = bytes_of(dir / "a.db");
  REQUIRE(bytes.size() > 40000);
  for (std::size_t at = 4096; at < bytes.size(); ++at) bytes[at] = static_cast<char>(at * 31);
  write_bytes(dir / "a.db", bytes);
  auto database = open_file(dir / "a.db");
  static const sql::Statement sum("SELECT sum(length(text)) FROM entries");
  auto read = database->read([](sql::Executor& executor) -> Result<void> {
    auto rows = executor.query(sum, {}, [](const sql::Row&) -> Result<void> { return {}; });
    return rows ? Result<void>() : rows.error();
  });
  REQUIRE(code_of(read) == "store_corrupt");
  CHECK(read.error().kind() == Errc::internal);
  CHECK(code_of(add(*database, 100)) == "store_corrupt");
}
