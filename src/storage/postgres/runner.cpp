#include "storage/postgres/runner.hpp"

#include <chrono>
#include <new>
#include <string_view>
#include <thread>

#include "storage/postgres/error.hpp"
#include "storage/postgres/fate.hpp"

namespace watchword::postgres {
namespace {

constexpr int kMostAttempts = 8;
constexpr Lifetime kMostTime = Lifetime::seconds(10);
/// How long the server may take to notice that a connection, and with it a transaction, is gone.
constexpr Lifetime kMostAsking = Lifetime::seconds(3);
constexpr int kAskingPause = 20;

/// Those who failed together must not meet again.
void pause(int attempt, const void* salt) {
  const auto now = static_cast<std::uint64_t>(steady_clock().now().microseconds());
  const auto mixed = (now ^ reinterpret_cast<std::uintptr_t>(salt)) * 0x9E3779B97F4A7C15U;
  const std::uint64_t longest = 1000U << std::min(attempt, 6);
  std::this_thread::sleep_for(std::chrono::microseconds(longest / 2 + (mixed >> 40) % (longest / 2 + 1)));
}

Error work_threw() noexcept { return {Errc::internal, "work_threw", "The work of a transaction threw an exception."}; }

Result<void> call(TransactionRunner::Work work, WriteTransaction& transaction) noexcept {
  Result<void> outcome;
  try {
    outcome = work(transaction);
  } catch (const std::bad_alloc&) {
    outcome = out_of_memory();
  } catch (...) {
    outcome = work_threw();
  }
  if (outcome && transaction.executor()->failed()) outcome = *transaction.executor()->failed();
  return outcome;
}

}  // namespace

Result<void> Runner::run(TransactionRunner::Work work) {
  const Timestamp deadline = steady_clock().now() + kMostTime;
  for (int attempt = 1;; ++attempt) {
    Outcome outcome = this->attempt(work);
    // By now the lost connection's place in the pool is free, which asking may need.
    if (outcome.next == Next::ask) outcome = ask_what_became_of(outcome.mark);
    if (outcome.next == Next::answer || attempt == kMostAttempts || steady_clock().now() >= deadline) {
      return outcome.result;
    }
    pause(attempt, &outcome);
  }
}

Runner::Outcome Runner::attempt(TransactionRunner::Work work) {
  auto lease = Lease::take(pool_);
  if (!lease) return {lease.error(), Next::answer, {}};
  Connection& connection = **lease;
  connection.begin(Connection::Access::write);
  WriteTransaction transaction(connection);
  auto worked = call(work, transaction);
  if (!worked) {
    Outcome outcome = after_failure(connection, worked.error());
    connection.roll_back();
    return outcome;
  }
  if (connection.lost()) return after_failure(connection, store_unavailable("the connection was lost"));
  return send_commit(connection);
}

/// Before a commit was sent nothing can have been saved: what failed with the connection may be tried on another.
Runner::Outcome Runner::after_failure(Connection& connection, const Error& error) noexcept {
  if (is_serialization(error)) return {error, Next::try_again, {}};
  if (connection.harmed()) {
    // A server that goes, or has become a standby, takes all its connections with it.
    pool_.clear();
    bool transient = error.kind() == Errc::unavailable && error.code() != "out_of_memory";
    return {error, transient ? Next::try_again : Next::answer, {}};
  }
  return {error, Next::answer, {}};
}

Runner::Outcome Runner::send_commit(Connection& connection) {
  auto committed = connection.commit();
  if (committed) return {committed, Next::answer, {}};
  if (!connection.lost()) return after_failure(connection, committed.error());
  pool_.clear();
  return {committed, Next::ask, connection.mark()};
}

/// Where the server says that it was not committed it never will be, and the work may run again.
Runner::Outcome Runner::ask_what_became_of(const TransactionMark& mark) {
  const Timestamp deadline = steady_clock().now() + kMostAsking;
  for (; steady_clock().now() < deadline; std::this_thread::sleep_for(std::chrono::milliseconds(kAskingPause))) {
    auto lease = Lease::take(pool_);
    if (!lease) continue;
    switch (ask_for_fate(**lease, mark)) {
      case Fate::committed:
        return {Result<void>(), Next::answer, {}};
      case Fate::not_committed:
        return {store_unavailable("the transaction was not committed"), Next::try_again, {}};
      case Fate::unknown:
        continue;
      case Fate::unknowable:
        break;
    }
    break;
  }
  return {outcome_unknown("the answer to the commit was lost, and the server does not say what became of it"),
          Next::answer,
          {}};
}

}  // namespace watchword::postgres
