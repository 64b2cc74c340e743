#include <array>

#include <sys/wait.h>
#include <unistd.h>

#include "contract/sql_backend.hpp"
#include "contract/support.hpp"

using namespace watchword;
using namespace watchword::contract;
using watchword::test::open_sqlite;
using watchword::test::SqlStores;

namespace {

constexpr int kProcesses = 3;
constexpr int kRounds = 12;

/// Runs `work(process)` in processes of their own, forked before anything of ours is open; gives the sum of what they
/// returned, or -1 if one failed.
template <class Work>
int in_processes(Work work) {
  std::array<int, 2> pipe_ends{};
  REQUIRE(::pipe(pipe_ends.data()) == 0);
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child != 0) continue;
    int count = work(i);
    ::_exit(::write(pipe_ends[1], &count, sizeof count) == sizeof count ? 0 : 1);
  }
  ::close(pipe_ends[1]);
  int sum = 0, failed = 0, count = 0;
  while (::read(pipe_ends[0], &count, sizeof count) == sizeof count) {
    sum += count;
    failed += count < 0 ? 1 : 0;
  }
  ::close(pipe_ends[0]);
  for (int i = 0; i < kProcesses; ++i) {
    int status = 0;
    ::wait(&status);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ++failed;
  }
  return failed == 0 ? sum : -1;
}

/// How many of the rounds a process won; -1 if the store failed.
template <class Round>
int rounds_won(const std::string& path, Round round) {
  SqlStores stores(open_sqlite(path));
  int won = 0;
  for (int n = 0; n < kRounds; ++n) {
    Result<bool> mine = round(stores, n);
    if (!mine) return -1000;
    won += *mine ? 1 : 0;
  }
  return won;
}

}  // namespace

TEST_CASE("processes: 4.19 a name that several register is given once") {
  test::TempDir folder;
  const std::string path = (folder / "shared.db").string();
  const int won = in_processes([&](int process) {
    return rounds_won(path, [&](SqlStores& stores, int n) -> Result<bool> {
      const std::string name = (process % 2 == 0 ? "name" : "NAME") + std::to_string(n);
      auto email = account::EmailAddress::parse(name + "." + std::to_string(process) + "@example.com");
      auto username = account::UserName::parse(name);
      if (!email || !username) return Error(Errc::internal, "test_names", "The names are refused.");
      auto inserted = attempt(stores.runner(), [&](Transaction& t) {
        return stores.accounts().insert(t, {*email, *username, "!"}, kNow);
      });
      return inserted ? Result<bool>(inserted->account.has_value()) : inserted.error();
    });
  });
  CHECK(won == kRounds);
  SqlStores stores(open_sqlite(path));
  auto all = stores.directory().list(UserId(), 100);
  REQUIRE(all);
  CHECK(all->size() == kRounds);
}

TEST_CASE("processes: 4.20 a code that several spend is spent once") {
  test::TempDir folder;
  const std::string path = (folder / "shared.db").string();
  {
    SqlStores stores(open_sqlite(path));
    for (int n = 0; n < kRounds; ++n) {
      onetime::StoredCode code;
      code.id = id_of<RecordId>(n);
      code.user = UserId(n + 1);
      code.digest = digest_of(n);
      code.created_at = kNow;
      code.expires_at = kNow + Lifetime::minutes(30);
      REQUIRE(commit(stores.runner(),
                     [&](Transaction& t) { return stores.codes().replace(t, code, Lifetime::seconds(60)); }));
    }
  }
  const int won = in_processes([&](int) {
    return rounds_won(path, [&](SqlStores& stores, int n) -> Result<bool> {
      auto consumed = attempt(stores.runner(), [&](Transaction& t) {
        return stores.codes().consume(t, onetime::Purpose::password_reset, digest_of(n), kNow);
      });
      if (!consumed) return consumed.error();
      return consumed->outcome == onetime::Consumption::consumed;
    });
  });
  CHECK(won == kRounds);
}
