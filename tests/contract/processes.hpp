#pragma once

#include <array>
#include <memory>

#include <sys/wait.h>
#include <unistd.h>

#include "contract/sql_backend.hpp"
#include "contract/support.hpp"

#ifndef WATCHWORD_SHARED_PLACES
#error "Define WATCHWORD_SHARED_PLACES as the types of places that several processes open."
#endif

/// Races of processes for what the stores hold. A place is made empty by its default constructor, and its open() gives
/// SqlStores over it in the calling process; nothing of it may be open at a fork.
namespace watchword::contract {

using watchword::test::SqlStores;

inline constexpr int kProcesses = 3;
inline constexpr int kRounds = 12;

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
template <class Place, class Round>
int rounds_won(Place& place, Round round) {
  std::unique_ptr<SqlStores> stores = place.open();
  int won = 0;
  for (int n = 0; n < kRounds; ++n) {
    Result<bool> mine = round(*stores, n);
    if (!mine) return -1000;
    won += *mine ? 1 : 0;
  }
  return won;
}

TEMPLATE_TEST_CASE("processes: 4.19 a name that several register is given once", "[contract]",
                   WATCHWORD_SHARED_PLACES) {
  TestType place;
  const int won = in_processes([&](int process) {
    return rounds_won(place, [&](SqlStores& stores, int n) -> Result<bool> {
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
  auto all = place.open()->directory().list(UserId(), 100);
  REQUIRE(all);
  CHECK(all->size() == kRounds);
}

TEMPLATE_TEST_CASE("processes: 4.20 a code that several spend is spent once", "[contract]", WATCHWORD_SHARED_PLACES) {
  TestType place;
  {
    auto stores = place.open();
    for (int n = 0; n < kRounds; ++n) {
      onetime::StoredCode code;
      code.id = id_of<RecordId>(n);
      code.user = UserId(n + 1);
      code.digest = digest_of(n);
      code.created_at = kNow;
      code.expires_at = kNow + Lifetime::minutes(30);
      REQUIRE(commit(stores->runner(),
                     [&](Transaction& t) { return stores->codes().replace(t, code, Lifetime::seconds(60)); }));
    }
  }
  const int won = in_processes([&](int) {
    return rounds_won(place, [&](SqlStores& stores, int n) -> Result<bool> {
      auto consumed = attempt(stores.runner(), [&](Transaction& t) {
        return stores.codes().consume(t, onetime::Purpose::password_reset, digest_of(n), kNow);
      });
      if (!consumed) return consumed.error();
      return consumed->outcome == onetime::Consumption::consumed;
    });
  });
  CHECK(won == kRounds);
}

TEMPLATE_TEST_CASE("processes: 4.18 a refresh token that several rotate is spent once", "[contract]",
                   WATCHWORD_SHARED_PLACES) {
  TestType place;
  {
    auto stores = place.open();
    for (int n = 0; n < kRounds; ++n) {
      session::RefreshToken token;
      token.digest = digest_of(n);
      token.session = id_of<SessionId>(n);
      token.user = UserId(1);
      token.expires_at = kNow + Lifetime::days(7);
      token.changed_at = kNow;
      commit(stores->runner(), [&](Transaction& t) { return stores->refresh_tokens().insert(t, token); });
    }
  }
  const int won = in_processes([&](int process) {
    return rounds_won(place, [&](SqlStores& stores, int n) {
      session::Derivation derivation;
      derivation.key_id = "k1";
      derivation.successor = digest_of(1000 + 100 * process + n);
      derivation.drawn_at = kNow;
      return attempt(stores.runner(),
                     [&](Transaction& t) { return stores.refresh_tokens().spend(t, digest_of(n), derivation); });
    });
  });
  CHECK(won == kRounds);
}

}  // namespace watchword::contract
