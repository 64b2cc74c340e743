#include <atomic>
#include <chrono>
#include <thread>

#include <sys/syscall.h>
#include <unistd.h>

#include "storage/support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

const sql::Statement& insert() {
  static const sql::Statement statement("INSERT INTO entries (n) VALUES ($1)");
  return statement;
}

/// Holds the leader of one commit in its work until told, so that all who come meanwhile share the next commit.
class Gathering final {
 public:
  explicit Gathering(sql::Database& database) : database_(database) {
    leader_ = std::thread([this] {
      auto done = database_.run([this](Transaction&) -> Result<void> {
        leading_ = true;
        while (!let_go_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return {};
      });
      if (!done) std::abort();
    });
    while (!leading_) std::this_thread::yield();
  }
  ~Gathering() {
    for (auto& thread : followers_) thread.join();
  }
  /// Queues after those that were added before.
  template <class Work>
  void add(Work work, Result<void>& outcome) {
    std::atomic<long> thread{0};
    followers_.emplace_back([this, work, &outcome, &thread] {
      thread = ::syscall(SYS_gettid);
      outcome = database_.run(work);
    });
    while (thread == 0 || !sleeps(thread)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  void let_go() {
    let_go_ = true;
    leader_.join();
    for (auto& thread : followers_) thread.join();
    followers_.clear();
  }

 private:
  static bool sleeps(long thread) {
    std::string status = bytes_of("/proc/self/task/" + std::to_string(thread) + "/stat");
    return status.find(") S ") != std::string::npos;
  }

  sql::Database& database_;
  std::thread leader_;
  std::vector<std::thread> followers_;
  std::atomic<bool> leading_{false};
  std::atomic<bool> let_go_{false};
};

DatabasePtr database_with_entries(const std::filesystem::path& path, std::size_t group_commit = 64) {
  auto options = options_for(path);
  options.group_commit = group_commit;
  auto database = open_database(options);
  REQUIRE(run_scripts(*database, {"CREATE TABLE entries (id INTEGER PRIMARY KEY, n INTEGER UNIQUE)"}));
  return database;
}

auto inserting(int n) {
  return [n](Transaction& t) { return execute(t, insert(), {n}); };
}

std::int64_t count(sql::Database& database) { return read_integer(database, "SELECT count(*) FROM entries"); }

}  // namespace

TEST_CASE("works that come during a commit share the next one") {
  TempDir dir;
  auto database = database_with_entries(dir / "a.db");
  int before = commits_in_wal(dir / "a.db");
  REQUIRE(before == 1);
  Result<void> outcomes[8];
  Gathering gathering(*database);
  for (int i = 0; i < 8; ++i) gathering.add(inserting(i), outcomes[i]);
  gathering.let_go();
  for (const auto& outcome : outcomes) CHECK(outcome);
  CHECK(count(*database) == 8);
  CHECK(commits_in_wal(dir / "a.db") - before == 1);
}

TEST_CASE("no more works than allowed share a commit") {
  TempDir dir;
  auto database = database_with_entries(dir / "a.db", 3);
  int before = commits_in_wal(dir / "a.db");
  Result<void> outcomes[7];
  Gathering gathering(*database);
  for (int i = 0; i < 7; ++i) gathering.add(inserting(i), outcomes[i]);
  gathering.let_go();
  CHECK(count(*database) == 7);
  CHECK(commits_in_wal(dir / "a.db") - before == 3);
}

TEST_CASE("a group of one commits each work on its own") {
  TempDir dir;
  auto database = database_with_entries(dir / "a.db", 1);
  int before = commits_in_wal(dir / "a.db");
  Result<void> outcomes[4];
  Gathering gathering(*database);
  for (int i = 0; i < 4; ++i) gathering.add(inserting(i), outcomes[i]);
  gathering.let_go();
  CHECK(commits_in_wal(dir / "a.db") - before == 4);
}

TEST_CASE("one work's failure undoes nothing of the others in its commit") {
  TempDir dir;
  auto database = database_with_entries(dir / "a.db");
  Result<void> outcomes[4];
  Gathering gathering(*database);
  gathering.add(inserting(1), outcomes[0]);
  gathering.add(
      [](Transaction& t) -> Result<void> {
        REQUIRE(execute(t, insert(), {2}));
        return Error(Errc::forbidden, "told_so", "No.");
      },
      outcomes[1]);
  gathering.add(inserting(1), outcomes[2]);
  gathering.add(inserting(3), outcomes[3]);
  gathering.let_go();
  CHECK(code_of(outcomes[0]) == "success");
  CHECK(code_of(outcomes[1]) == "told_so");
  CHECK(code_of(outcomes[2]) == "store_conflict");
  CHECK(code_of(outcomes[3]) == "success");
  CHECK(read_integer(*database, "SELECT sum(n) FROM entries") == 4);
}

TEST_CASE("4.30 one work that throws undoes nothing of the others in its commit") {
  TempDir dir;
  auto database = database_with_entries(dir / "a.db");
  Result<void> outcomes[3];
  Gathering gathering(*database);
  gathering.add(inserting(1), outcomes[0]);
  gathering.add([](Transaction&) -> Result<void> { throw 1; }, outcomes[1]);
  gathering.add(inserting(2), outcomes[2]);
  gathering.let_go();
  CHECK(code_of(outcomes[1]) == "work_threw");
  CHECK(count(*database) == 2);
}

TEST_CASE("4.3 where SQLite rolls a shared transaction back the culprit alone fails") {
  TempDir dir;
  auto database = database_with_entries(dir / "a.db");
  static const sql::Statement rolls_back("INSERT OR ROLLBACK INTO entries (n) VALUES ($1)");
  REQUIRE(database->run(inserting(7)));
  std::atomic<int> runs{0};
  Result<void> outcomes[4];
  auto counted = [&](int n) { return [&runs, n](Transaction& t) { return ++runs, execute(t, insert(), {n}); }; };
  Gathering gathering(*database);
  gathering.add(counted(1), outcomes[0]);
  gathering.add(counted(2), outcomes[1]);
  gathering.add(
      [](Transaction& t) -> Result<void> {
        static_cast<void>(execute(t, rolls_back, {7}));
        // Outside a transaction by now: this must not commit by itself.
        static_cast<void>(execute(t, insert(), {100}));
        return {};
      },
      outcomes[2]);
  gathering.add(counted(3), outcomes[3]);
  gathering.let_go();
  CHECK(code_of(outcomes[2]) == "store_conflict");
  for (int i : {0, 1, 3}) CHECK(code_of(outcomes[i]) == "success");
  CHECK(runs == 5);
  CHECK(read_integer(*database, "SELECT sum(n) FROM entries") == 13);
}

TEST_CASE("4.3 a lone work whose transaction SQLite rolled back fails and the next succeeds") {
  TempDir dir;
  auto database = database_with_entries(GENERATE(0, 1) == 0 ? dir / "a.db" : std::filesystem::path(":memory:"));
  static const sql::Statement rolls_back("INSERT OR ROLLBACK INTO entries (n) VALUES ($1)");
  REQUIRE(database->run(inserting(7)));
  auto lost = database->run([](Transaction& t) -> Result<void> {
    static_cast<void>(execute(t, rolls_back, {7}));
    static_cast<void>(execute(t, insert(), {100}));
    return {};
  });
  CHECK(code_of(lost) == "store_conflict");
  CHECK(database->run(inserting(8)));
  CHECK(count(*database) == 2);
}

TEST_CASE("4.10 after a serialization failure the whole work runs again") {
  TempDir dir;
  auto database = database_with_entries(dir / "a.db");
  int runs = 0, failures = 0;
  auto work = [&](Transaction& t) -> Result<void> {
    if (auto done = execute(t, insert(), {++runs}); !done) return done;
    if (runs <= failures) return Error(Errc::unavailable, "store_serialization", "Try again.");
    return {};
  };
  failures = 3;
  CHECK(database->run(work));
  CHECK(read_integer(*database, "SELECT max(n) * 10 + count(*) FROM entries") == 41);
  failures = 1000;
  CHECK(code_of(database->run(work)) == "store_serialization");
  CHECK(runs == 9);
  CHECK(count(*database) == 1);
}

TEST_CASE("4.10 a serialization failure in a shared commit lets all run again") {
  TempDir dir;
  auto database = database_with_entries(dir / "a.db");
  Result<void> outcomes[3];
  std::atomic<int> runs{0};
  Gathering gathering(*database);
  gathering.add(inserting(1), outcomes[0]);
  gathering.add(
      [&runs](Transaction& t) -> Result<void> {
        if (++runs == 1) return Error(Errc::unavailable, "store_serialization", "Try again.");
        return execute(t, insert(), {2});
      },
      outcomes[1]);
  gathering.add(inserting(3), outcomes[2]);
  gathering.let_go();
  for (const auto& outcome : outcomes) CHECK(outcome);
  CHECK(count(*database) == 3);
}

TEST_CASE("a rule that only the commit checks fails the work at fault alone") {
  TempDir dir;
  auto database = database_with_entries(dir / "a.db");
  REQUIRE(run_scripts(*database, {"CREATE TABLE parts (entry INTEGER REFERENCES entries (id) DEFERRABLE INITIALLY "
                                  "DEFERRED)"}));
  static const sql::Statement part("INSERT INTO parts (entry) VALUES ($1)");
  Result<void> outcomes[3];
  Gathering gathering(*database);
  gathering.add(inserting(1), outcomes[0]);
  gathering.add([](Transaction& t) { return execute(t, part, {99}); }, outcomes[1]);
  gathering.add(inserting(3), outcomes[2]);
  gathering.let_go();
  CHECK(code_of(outcomes[1]) == "store_conflict");
  CHECK(outcomes[0]);
  CHECK(outcomes[2]);
  CHECK(read_integer(*database, "SELECT (SELECT count(*) FROM entries) * 10 + (SELECT count(*) FROM parts)") == 20);
}

TEST_CASE("a commit in which every work failed writes nothing") {
  TempDir dir;
  auto database = database_with_entries(dir / "a.db");
  std::string before = bytes_of(dir / "a.db-wal");
  Result<void> outcomes[2];
  Gathering gathering(*database);
  for (auto& outcome : outcomes) {
    gathering.add([](Transaction&) -> Result<void> { return Error(Errc::forbidden, "told_so", "No."); }, outcome);
  }
  gathering.let_go();
  for (const auto& outcome : outcomes) CHECK(code_of(outcome) == "told_so");
  CHECK(bytes_of(dir / "a.db-wal") == before);
}
