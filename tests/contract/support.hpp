#pragma once

#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <watchword/base/id.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/transaction.hpp>
#include <watchword/token/opaque_token.hpp>

#include "support/catch.hpp"

/// The contracts of the store ports, as Catch2 cases. To hold a store of your own to one, define its macro of backends
/// as a list of types and include its header, in a test program:
///
///     #define WATCHWORD_CODE_STORE_BACKENDS MyBackend
///     #include "contract/code_store.hpp"
///
/// A backend is made anew, and empty, for each case by its default constructor. It has runner(), a TransactionRunner&,
/// and a reference to each store that the contract asks for, such as codes(). All must bear use from many threads.
namespace watchword::contract {

inline constexpr Lifetime kTick = Lifetime::microseconds(1);
inline constexpr int kRacers = 16;

/// 2026-01-01T00:00:00Z.
inline constexpr Timestamp kNow = Timestamp::from_seconds(1767225600);

template <class Id>
Id id_of(int n) {
  typename Id::Bytes bytes{};
  bytes[0] = static_cast<std::uint8_t>(n);
  bytes[1] = static_cast<std::uint8_t>(n >> 8);
  bytes[15] = 0xA5;
  return Id(bytes);
}

inline TokenDigest digest_of(int n) {
  TokenDigest::Bytes bytes{};
  bytes[0] = static_cast<std::uint8_t>(n);
  bytes[1] = static_cast<std::uint8_t>(n >> 8);
  bytes[31] = 0x5A;
  return TokenDigest(bytes);
}

/// What a verb answered, once it is committed.
template <class Verb, class T = typename decltype(std::declval<Verb>()(std::declval<Transaction&>()))::value_type>
Result<T> attempt(TransactionRunner& runner, Verb verb) {
  if constexpr (std::is_void_v<T>) {
    return runner.run(verb);
  } else {
    std::optional<T> answer;
    auto done = runner.run([&](Transaction& transaction) -> Result<void> {
      auto given = verb(transaction);
      if (!given) return given.error();
      answer = *std::move(given);
      return {};
    });
    if (!done) return done.error();
    return *std::move(answer);
  }
}

/// The same, where nothing but success will do.
template <class Verb>
auto commit(TransactionRunner& runner, Verb verb) {
  auto answer = attempt(runner, std::move(verb));
  if (!answer) FAIL(std::string(answer.error().code()) + ": " + std::string(answer.error().reason()));
  return std::move(answer).value();
}

/// Runs `racer(0)` to `racer(racers - 1)` at once, each on a thread of its own; gives what they answered.
template <class Racer>
auto race(Racer racer, int racers = kRacers) {
  using Answer = decltype(racer(0));
  std::vector<std::optional<Answer>> answers(static_cast<std::size_t>(racers));
  std::latch start(racers);
  std::vector<std::thread> threads;
  for (int i = 0; i < racers; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      answers[static_cast<std::size_t>(i)] = racer(i);
    });
  }
  for (auto& thread : threads) thread.join();
  std::vector<Answer> all;
  for (auto& answer : answers) {
    REQUIRE(*answer);
    all.push_back(*std::move(answer));
  }
  return all;
}

/// How many racers answered something that `matches`.
template <class Answers, class Matches>
int count_of(const Answers& answers, Matches matches) {
  int count = 0;
  for (const auto& answer : answers) count += matches(*answer) ? 1 : 0;
  return count;
}

/// Rolls back what `verb` did, as a later refusal in the same transaction would.
template <class Verb>
void roll_back(TransactionRunner& runner, Verb verb) {
  auto done = runner.run([&](Transaction& transaction) -> Result<void> {
    auto given = verb(transaction);
    if (!given) return given.error();
    return Error(Errc::conflict, "test_rolls_back", "The test rolls back.");
  });
  REQUIRE_FALSE(done);
  REQUIRE(done.error().code() == "test_rolls_back");
}

}  // namespace watchword::contract
