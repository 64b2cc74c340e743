#include <atomic>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "storage/support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

const sql::Statement& increment() {
  static const sql::Statement statement("UPDATE counter SET n = n + 1");
  return statement;
}

const std::vector<std::string> kCounter = {"CREATE TABLE counter (n INTEGER NOT NULL)",
                                           "INSERT INTO counter VALUES (0)"};

Result<void> count_up(sql::Database& database) {
  return database.run([](Transaction& t) { return execute(t, increment()); });
}

/// In a child process: counts up, and ends with 0 if every transaction was committed.
[[noreturn]] void count_in_child(const std::filesystem::path& path, int times) {
  auto options = options_for(path);
  options.busy_timeout = Lifetime::seconds(30);
  auto database = sqlite::open(options);
  bool all = static_cast<bool>(database);
  for (int i = 0; all && i < times; ++i) all = static_cast<bool>(count_up(**database));
  if (all) database->reset();
  ::_exit(all ? 0 : 1);
}

int wait_for(pid_t child) {
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("eight threads lose no count") {
  TempDir dir;
  auto database = open_file(GENERATE(0, 1) == 0 ? dir / "a.db" : std::filesystem::path(":memory:"));
  REQUIRE(run_scripts(*database, kCounter));
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 100; ++n) failed += count_up(*database) ? 0 : 1;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(read_integer(*database, "SELECT n FROM counter") == 800);
}

TEST_CASE("4.5 four processes lose no count") {
  TempDir dir;
  auto database = open_file(dir / "a.db");
  REQUIRE(run_scripts(*database, kCounter));
  database.reset();
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    pid_t child = ::fork();
    if (child == 0) count_in_child(dir / "a.db", 50);
    children.push_back(child);
  }
  for (pid_t child : children) CHECK(wait_for(child) == 0);
  CHECK(read_integer(*open_file(dir / "a.db"), "SELECT n FROM counter") == 200);
}

TEST_CASE("more threads than readers all read while others write") {
  TempDir dir;
  auto options = options_for(dir / "a.db");
  options.readers = 2;
  auto database = open_database(options);
  REQUIRE(run_scripts(
      *database, {"CREATE TABLE pairs (a INTEGER NOT NULL, b INTEGER NOT NULL)", "INSERT INTO pairs VALUES (0, 0)"}));
  static const sql::Statement update_a("UPDATE pairs SET a = a + 1"), update_b("UPDATE pairs SET b = b + 1");
  std::atomic<bool> stop{false};
  std::atomic<int> torn{0}, wrote{0};
  std::thread writer([&] {
    while (!stop) {
      auto done = database->run([](Transaction& t) -> Result<void> {
        if (auto a = execute(t, update_a); !a) return a;
        return execute(t, update_b);
      });
      wrote += done ? 1 : 0;
    }
  });
  std::vector<std::thread> readers;
  for (int i = 0; i < 6; ++i) {
    readers.emplace_back([&] {
      for (int n = 0; n < 100; ++n) torn += read_integer(*database, "SELECT a - b FROM pairs") == 0 ? 0 : 1;
    });
  }
  for (auto& reader : readers) reader.join();
  while (wrote == 0) std::this_thread::yield();
  stop = true;
  writer.join();
  CHECK(torn == 0);
}

TEST_CASE("4.12 a child process gets an error from an inherited database and the parent goes on") {
  TempDir dir;
  auto database = open_file(GENERATE(0, 1) == 0 ? dir / "a.db" : std::filesystem::path(":memory:"));
  REQUIRE(run_scripts(*database, kCounter));
  std::atomic<bool> stop{false};
  std::thread busy([&] {
    while (!stop) static_cast<void>(count_up(*database));
  });
  for (int i = 0; i < 10; ++i) {
    pid_t child = ::fork();
    if (child == 0) {
      bool refused = code_of(count_up(*database)) == "store_after_fork" &&
                     code_of(database->read([](sql::Executor&) -> Result<void> { return {}; })) == "store_after_fork";
      database.reset();
      ::_exit(refused ? 0 : 1);
    }
    CHECK(wait_for(child) == 0);
  }
  stop = true;
  busy.join();
  CHECK(count_up(*database));
}

TEST_CASE("4.12 a child process may open the database itself") {
  TempDir dir;
  auto database = open_file(dir / "a.db");
  REQUIRE(run_scripts(*database, kCounter));
  pid_t child = ::fork();
  if (child == 0) count_in_child(dir / "a.db", 1);
  CHECK(wait_for(child) == 0);
  CHECK(count_up(*database));
  CHECK(read_integer(*database, "SELECT n FROM counter") == 2);
}
