#pragma once

#include <string>

#include <watchword/storage/transaction.hpp>

#include "storage/postgres/executor.hpp"
#include "storage/postgres/pool.hpp"

namespace watchword::postgres {

/// Runs works, each in a transaction of its own, again where that may help. Safe to use from any thread.
class Runner final {
 public:
  explicit Runner(Pool& pool) noexcept : pool_(pool) {}
  Result<void> run(TransactionRunner::Work work);

 private:
  enum class Next : std::uint8_t { answer, try_again, ask };
  struct Outcome final {
    Result<void> result;
    Next next = Next::answer;
    TransactionMark mark;  ///< what to ask for
  };

  Outcome attempt(TransactionRunner::Work work);
  Outcome send_commit(Connection& connection);
  Outcome after_failure(Connection& connection, const Error& error) noexcept;
  Outcome ask_what_became_of(const TransactionMark& mark);

  Pool& pool_;
};

}  // namespace watchword::postgres
