#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

/// Makes a file with one row that nobody has open.
void make_database(const std::filesystem::path& path) {
  auto database = open_file(path);
  REQUIRE(run_scripts(*database, {"CREATE TABLE things (n INTEGER)", "INSERT INTO things VALUES (5)"}));
}

/// The same with the journal that SQLite has by default, as other programs leave it: bytes 18 and 19 of the header.
void make_old_database(const std::filesystem::path& path) {
  make_database(path);
  std::string bytes = bytes_of(path);
  REQUIRE(bytes.substr(18, 2) == "\x02\x02");
  write_bytes(path, bytes.replace(18, 2, "\x01\x01"));
}

std::string code_of_open(const std::filesystem::path& path) { return code_of(sqlite::open(options_for(path))); }

/// Runs the check without the superuser's rights, in a child process.
template <class Check>
bool holds_for_ordinary_user(Check check) {
  pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) ::_exit(2);
    ::_exit(check() ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return status == 0;
}

void set_mode(const std::filesystem::path& path, mode_t mode) { REQUIRE(::chmod(path.c_str(), mode) == 0); }

}  // namespace

TEST_CASE("options out of their ranges are refused") {
  TempDir dir;
  auto code = [&](auto change) {
    auto options = options_for(dir / "a.db");
    change(options);
    return code_of(sqlite::open(options));
  };
  CHECK(code([](auto& o) { o.path = ""; }) == "database_options");
  CHECK(code([](auto& o) { o.path = std::string("a\0b", 3); }) == "database_options");
  CHECK(code([](auto& o) { o.readers = 0; }) == "database_options");
  CHECK(code([](auto& o) { o.readers = 65; }) == "database_options");
  CHECK(code([](auto& o) { o.group_commit = 0; }) == "database_options");
  CHECK(code([](auto& o) { o.group_commit = 1025; }) == "database_options");
  CHECK(code([](auto& o) { o.busy_timeout = Lifetime::seconds(-1); }) == "database_options");
  CHECK(code([](auto& o) { o.cache_kib = -1; }) == "database_options");
  CHECK(code([](auto& o) { o.mmap_mib = -1; }) == "database_options");
  CHECK_FALSE(std::filesystem::exists(dir / "a.db"));
  CHECK(code([](auto& o) { o.readers = 64, o.group_commit = 1024, o.mmap_mib = 64; }) == "success");
}

TEST_CASE("what is not there is made only where asked") {
  TempDir dir;
  auto options = options_for(dir / "a.db");
  options.create = false;
  CHECK(code_of(sqlite::open(options)) == "database_unreadable");
  options.create = true;
  options.read_only = true;
  CHECK(code_of(sqlite::open(options)) == "database_unreadable");
  CHECK_FALSE(std::filesystem::exists(dir / "a.db"));
  CHECK(code_of_open(dir / "no" / "folder.db") == "database_unreadable");
  CHECK(code_of_open(dir.path()) == "database_unreadable");
  REQUIRE(::mkfifo((dir / "fifo").c_str(), 0600) == 0);
  CHECK(code_of_open(dir / "fifo") == "database_unreadable");
}

TEST_CASE("4.7 a file of another kind is refused and unchanged to the byte") {
  TempDir dir;
  const std::string contents[] = {"x",
                                  "hello, world\n",
                                  std::string(4096, '\0'),
                                  std::string(100000, 'a'),
                                  std::string("PK\x03\x04", 4) + std::string(2000, 'z'),
                                  std::string("SQLite format 2\0", 16) + std::string(4080, 'b')};
  for (const auto& content : contents) {
    write_bytes(dir / "file", content);
    CAPTURE(content.size());
    CHECK(code_of_open(dir / "file") == "database_not_sqlite");
    CHECK(bytes_of(dir / "file") == content);
    CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);
  }
}

TEST_CASE("4.7 a truncated or damaged header is refused and unchanged to the byte") {
  TempDir dir;
  make_database(dir / "a.db");
  const std::string whole = bytes_of(dir / "a.db");
  REQUIRE(whole.size() >= 8192);
  std::string damaged = whole;
  damaged.replace(16, 84, 84, '\xff');
  for (const auto& bytes : {whole.substr(0, 4096), whole.substr(0, 60), damaged}) {
    write_bytes(dir / "a.db", bytes);
    auto code = code_of_open(dir / "a.db");
    CHECK((code == "store_corrupt" || code == "database_not_sqlite"));
    CHECK(bytes_of(dir / "a.db") == bytes);
  }
}

TEST_CASE("opening and reading change no byte and no journal mode") {
  TempDir dir;
  make_old_database(dir / "a.db");
  const std::string before = bytes_of(dir / "a.db");
  auto database = open_file(dir / "a.db");
  CHECK(read_integer(*database, "SELECT n FROM things") == 5);
  CHECK_FALSE(database->reads_are_local());
  CHECK(bytes_of(dir / "a.db") == before);
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);
  REQUIRE(run_scripts(*database, {"UPDATE things SET n = 6"}));
  CHECK(database->reads_are_local());
  CHECK(std::filesystem::exists(dir / "a.db-wal"));
}

TEST_CASE("a journal that another process keeps from changing is as good") {
  TempDir dir;
  make_old_database(dir / "a.db");
  auto database = open_file(dir / "a.db");
  auto other = open_file(dir / "a.db");
  static const sql::Statement look("SELECT n FROM things"), update("UPDATE things SET n = 7");
  auto options = options_for(dir / "a.db");
  options.busy_timeout = Lifetime::milliseconds(20);
  auto hasty = open_database(options);
  REQUIRE(other->read([&](sql::Executor& executor) -> Result<void> {
    REQUIRE(executor.query(look, {}, [](const sql::Row&) -> Result<void> { return {}; }));
    // The old journal must wait for the reader, and then undoes the transaction.
    CHECK(code_of(hasty->run([](Transaction& t) { return execute(t, update); })) == "store_unavailable");
    return {};
  }));
  CHECK(read_integer(*database, "SELECT n FROM things") == 5);
  CHECK(hasty->run([](Transaction& t) { return execute(t, update); }));
  CHECK(hasty->reads_are_local());
  CHECK(read_integer(*database, "SELECT n FROM things") == 7);
}

TEST_CASE("4.6 a file opened for reading answers every transaction with an error") {
  TempDir dir;
  make_database(dir / "a.db");
  const std::string before = bytes_of(dir / "a.db");
  auto options = options_for(dir / "a.db");
  options.read_only = true;
  auto database = open_database(options);
  CHECK(read_integer(*database, "SELECT n FROM things") == 5);
  auto refused = database->run([](Transaction&) -> Result<void> { return {}; });
  CHECK(code_of(refused) == "store_read_only");
  CHECK(refused.error().kind() == Errc::unavailable);
  database.reset();
  CHECK(bytes_of(dir / "a.db") == before);
}

TEST_CASE("4.6 a file or folder without the right to write is refused clearly") {
  TempDir dir;
  set_mode(dir.path(), 0777);
  make_old_database(dir / "a.db");
  set_mode(dir / "a.db", 0444);
  CHECK(holds_for_ordinary_user([&] { return code_of_open(dir / "a.db") == "database_read_only"; }));
  set_mode(dir / "a.db", 0);
  CHECK(holds_for_ordinary_user([&] { return code_of_open(dir / "a.db") == "database_unreadable"; }));
  set_mode(dir / "a.db", 0666);
  CHECK(holds_for_ordinary_user([&] { return code_of_open(dir / "a.db") == "success"; }));
  set_mode(dir.path(), 0555);
  CHECK(holds_for_ordinary_user([&] { return code_of_open(dir / "a.db") == "database_read_only"; }));
  CHECK(holds_for_ordinary_user([&] { return code_of_open(dir / "new.db") == "database_read_only"; }));
  auto readable = [&] {
    auto options = options_for(dir / "a.db");
    options.read_only = true;
    auto opened = sqlite::open(options);
    return opened && read_integer(**opened, "SELECT n FROM things") == 5;
  };
  CHECK(holds_for_ordinary_user(readable));
  set_mode(dir.path(), 0755);
}

TEST_CASE("a path is only ever a file's name and stays the same file") {
  TempDir dir;
  auto old_folder = std::filesystem::current_path();
  std::filesystem::current_path(dir.path());
  make_database("file:a.db?mode=memory");
  auto database = open_file("file:a.db?mode=memory");
  std::filesystem::current_path(old_folder);
  CHECK(std::filesystem::exists(dir / "file:a.db?mode=memory"));
  CHECK(read_integer(*database, "SELECT n FROM things") == 5);
  CHECK(run_scripts(*database, {"UPDATE things SET n = 6"}));
}

TEST_CASE("a symbolic link leads to its file") {
  TempDir dir;
  std::filesystem::create_directory(dir / "real");
  make_database(dir / "real" / "a.db");
  std::filesystem::create_symlink(dir / "real" / "a.db", dir / "link.db");
  CHECK(read_integer(*open_file(dir / "link.db"), "SELECT n FROM things") == 5);
}
