#pragma once

#include <atomic>
#include <new>
#include <thread>

#include <watchword/onetime/one_time_codes.hpp>

#include "contract/support.hpp"

#ifndef WATCHWORD_TRANSACTION_RUNNER_BACKENDS
#error "Define WATCHWORD_TRANSACTION_RUNNER_BACKENDS as the types to hold to the contract."
#endif

/// The contract of TransactionRunner. Asks a backend for runner() and for marks: mark(transaction, n), a Result<void>,
/// writes the mark n > 0 by any of the backend's stores, and marked(n) tells, outside of transactions, whether it is
/// there. MarksByCodes makes both of a CodeStore.
namespace watchword::contract {

template <class Backend>
class MarksByCodes : public Backend {
 public:
  Result<void> mark(Transaction& transaction, int n) {
    onetime::StoredCode code;
    code.id = id_of<RecordId>(n);
    code.user = UserId(n);
    code.digest = digest_of(n);
    code.created_at = kNow;
    code.expires_at = kNow + Lifetime::minutes(30);
    auto stored = this->codes().replace(transaction, code, Lifetime::seconds(0));
    return stored ? Result<void>() : stored.error();
  }
  bool marked(int n) {
    auto owner = this->codes().find(onetime::Purpose::password_reset, digest_of(n), kNow);
    REQUIRE(owner);
    return owner->has_value();
  }
};

inline Result<void> do_nothing(TransactionRunner& runner) {
  return runner.run([](Transaction&) -> Result<void> { return {}; });
}

TEMPLATE_TEST_CASE("runner: a work that succeeds commits all that it did", "[contract]",
                   WATCHWORD_TRANSACTION_RUNNER_BACKENDS) {
  TestType backend;
  REQUIRE(backend.runner().run([&](Transaction& t) -> Result<void> {
    if (auto first = backend.mark(t, 1); !first) return first;
    return backend.mark(t, 2);
  }));
  CHECK(backend.marked(1));
  CHECK(backend.marked(2));
  CHECK_FALSE(backend.marked(3));
}

TEMPLATE_TEST_CASE("runner: S8 a work's error rolls back all that it did and is returned as it was", "[contract]",
                   WATCHWORD_TRANSACTION_RUNNER_BACKENDS) {
  TestType backend;
  auto done = backend.runner().run([&](Transaction& t) -> Result<void> {
    REQUIRE(backend.mark(t, 1));
    REQUIRE(backend.mark(t, 2));
    return Error(Errc::rate_limited, "told_so", "No.").with_field("f").with_retry_after(kTick).with_reason("why");
  });
  REQUIRE_FALSE(done);
  CHECK(done.error().kind() == Errc::rate_limited);
  CHECK(done.error().code() == "told_so");
  CHECK(done.error().field() == "f");
  CHECK(done.error().retry_after() == kTick);
  CHECK(done.error().reason() == "why");
  CHECK_FALSE(backend.marked(1));
  CHECK_FALSE(backend.marked(2));
  CHECK(do_nothing(backend.runner()));
}

TEMPLATE_TEST_CASE("runner: 4.30 a work that throws is contained and rolled back", "[contract]",
                   WATCHWORD_TRANSACTION_RUNNER_BACKENDS) {
  TestType backend;
  const bool memory = GENERATE(false, true);
  auto done = backend.runner().run([&](Transaction& t) -> Result<void> {
    REQUIRE(backend.mark(t, 1));
    if (memory) throw std::bad_alloc();
    throw 1;
  });
  REQUIRE_FALSE(done);
  CHECK(done.error().code() == (memory ? "out_of_memory" : "work_threw"));
  CHECK(done.error().kind() == (memory ? Errc::unavailable : Errc::internal));
  CHECK_FALSE(backend.marked(1));
  CHECK(do_nothing(backend.runner()));
}

TEMPLATE_TEST_CASE("runner: 4.30 a transaction inside another is an error and no deadlock", "[contract]",
                   WATCHWORD_TRANSACTION_RUNNER_BACKENDS) {
  TestType backend;
  std::string inner;
  REQUIRE(backend.runner().run([&](Transaction& t) -> Result<void> {
    bool ran = false;
    auto nested = backend.runner().run([&](Transaction&) -> Result<void> {
      ran = true;
      return {};
    });
    inner = nested || ran ? "ran" : std::string(nested.error().code());
    return backend.mark(t, 1);
  }));
  CHECK(inner == "nested_transaction");
  CHECK(backend.marked(1));
  CHECK(do_nothing(backend.runner()));
}

TEMPLATE_TEST_CASE("runner: another backend's transaction may be begun inside one's own", "[contract]",
                   WATCHWORD_TRANSACTION_RUNNER_BACKENDS) {
  TestType outer, inner;
  CHECK(outer.runner().run(
      [&](Transaction&) { return inner.runner().run([&](Transaction& t) { return inner.mark(t, 1); }); }));
  CHECK(inner.marked(1));
  CHECK_FALSE(outer.marked(1));
}

TEMPLATE_TEST_CASE("runner: another thread's transaction is no nested one", "[contract]",
                   WATCHWORD_TRANSACTION_RUNNER_BACKENDS) {
  TestType backend;
  std::atomic<bool> begun{false};
  std::optional<Result<void>> others;
  std::thread other;
  REQUIRE(backend.runner().run([&](Transaction& t) -> Result<void> {
    if (!begun.exchange(true)) {
      other = std::thread([&] { others = backend.runner().run([&](Transaction& u) { return backend.mark(u, 2); }); });
    }
    std::this_thread::yield();
    return backend.mark(t, 1);
  }));
  other.join();
  CHECK(*others);
  CHECK(backend.marked(1));
  CHECK(backend.marked(2));
}

TEMPLATE_TEST_CASE("runner: of many transactions at once each commits or rolls back its own", "[contract]",
                   WATCHWORD_TRANSACTION_RUNNER_BACKENDS) {
  TestType backend;
  auto refused = race([&](int i) -> Result<bool> {
    auto done = backend.runner().run([&](Transaction& t) -> Result<void> {
      auto marked = backend.mark(t, i + 1);
      if (!marked || i % 2 == 0) return marked;
      return Error(Errc::conflict, "test_rolls_back", "The test rolls back.");
    });
    if (!done && done.error().code() != "test_rolls_back") return done.error();
    return !done;
  });
  CHECK(count_of(refused, [](bool r) { return r; }) == kRacers / 2);
  for (int i = 0; i < kRacers; ++i) CHECK(backend.marked(i + 1) == (i % 2 == 0));
}

}  // namespace watchword::contract
