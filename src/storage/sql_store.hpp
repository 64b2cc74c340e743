#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include <watchword/base/bytes.hpp>
#include <watchword/base/result.hpp>
#include <watchword/storage/sql.hpp>

/// What every SQL store is written with.
namespace watchword::sql {

/// Runs `work`, which may throw std::bad_alloc, and returns its Result. Error: `out_of_memory` (unavailable).
template <class Work>
auto guarded(Work&& work) noexcept -> decltype(work()) {
  try {
    return work();
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
}

/// Where to run a verb's statements. Error: `foreign_transaction` (internal).
inline Result<Executor*> executor_of(Transaction& transaction) noexcept {
  if (Executor* executor = transaction.executor(); executor != nullptr) return executor;
  return Error(Errc::internal, "foreign_transaction", "This transaction belongs to another kind of store.");
}

/// Runs a verb on the transaction's executor.
template <class Verb>
auto within(Transaction& transaction, Verb&& verb) noexcept -> decltype(verb(std::declval<Executor&>())) {
  auto executor = executor_of(transaction);
  if (!executor) return executor.error();
  return guarded([&] { return verb(**executor); });
}

/// Runs `work(Executor&)`, which gives a Result<T>, in one snapshot.
template <class T, class Work>
Result<T> read_from(Database& database, Work&& work) noexcept {
  return guarded([&]() -> Result<T> {
    T answer{};
    auto done = database.read([&](Executor& executor) noexcept -> Result<void> {
      auto found = guarded([&] { return work(executor); });
      if (!found) return found.error();
      answer = *std::move(found);
      return {};
    });
    if (!done) return done.error();
    return answer;
  });
}

/// All rows of a query, each turned into a T by `read(const Row&)`.
template <class T, class Read>
Result<std::vector<T>> collect(Executor& executor, const Statement& statement, std::initializer_list<Value> values,
                               Read&& read) noexcept {
  return guarded([&]() -> Result<std::vector<T>> {
    std::vector<T> rows;
    auto shown = executor.query(statement, values, [&](const Row& row) noexcept -> Result<void> {
      return guarded([&]() -> Result<void> {
        rows.push_back(read(row));
        return {};
      });
    });
    if (!shown) return shown.error();
    return rows;
  });
}

/// The row of a query that has one at most.
template <class T, class Read>
Result<std::optional<T>> find_one(Executor& executor, const Statement& statement, std::initializer_list<Value> values,
                                  Read&& read) noexcept {
  auto rows = collect<T>(executor, statement, values, read);
  if (!rows) return rows.error();
  if (rows->empty()) return std::optional<T>();
  return std::optional<T>(std::move(rows->front()));
}

inline Result<void> run(Executor& executor, const Statement& statement, std::initializer_list<Value> values) noexcept {
  auto changed = executor.execute(statement, values);
  if (!changed) return changed.error();
  return {};
}

/// True if the statement changed a row.
inline Result<bool> changes(Executor& executor, const Statement& statement,
                            std::initializer_list<Value> values) noexcept {
  auto changed = executor.execute(statement, values);
  if (!changed) return changed.error();
  return *changed > 0;
}

/// A blob of fixed size; a shorter one is filled up with zeros.
template <class Bytes>
Bytes bytes_in(ByteView blob) noexcept {
  Bytes bytes{};
  std::copy_n(blob.begin(), std::min(blob.size(), bytes.size()), bytes.begin());
  return bytes;
}

template <class Bytes>
ByteView view_of(const Bytes& bytes) noexcept {
  return {bytes.data(), bytes.size()};
}

}  // namespace watchword::sql
