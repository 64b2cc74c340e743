#include "memory_codes.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace example {

using watchword::Errc;
using watchword::Error;
using watchword::Lifetime;
using watchword::Result;
using watchword::Timestamp;
using watchword::TokenDigest;
using watchword::Transaction;
using watchword::UserId;
using watchword::onetime::Consumption;
using watchword::onetime::Purpose;
using watchword::onetime::StoredCode;

class MemoryCodes::Turn final : public Transaction {
 public:
  explicit Turn(MemoryCodes& codes) : lock_(codes.mutex_), holder_(codes.holder_) {
    holder_ = std::this_thread::get_id();
  }
  ~Turn() override { holder_ = std::thread::id(); }
  static bool is_mine(const MemoryCodes& codes) noexcept { return codes.holder_ == std::this_thread::get_id(); }
  watchword::sql::Executor* executor() noexcept override { return nullptr; }

 private:
  std::lock_guard<std::mutex> lock_;
  std::atomic<std::thread::id>& holder_;
};

namespace {

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

Error nested_transaction() noexcept {
  return {Errc::internal, "nested_transaction", "A transaction or read was begun inside another."};
}

bool is_open(const StoredCode& code, bool used, Timestamp now) noexcept { return !used && now < code.expires_at; }

}  // namespace

Result<void> MemoryCodes::run(Work work) noexcept {
  if (Turn::is_mine(*this)) return nested_transaction();
  try {
    return commit_or_restore(work);
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (...) {
    return Error(Errc::internal, "work_threw", "The work of a transaction threw an exception.");
  }
}

Result<void> MemoryCodes::commit_or_restore(Work work) {
  Turn turn(*this);
  std::vector<Row> before = rows_;
  try {
    auto done = work(turn);
    if (!done) rows_ = std::move(before);
    return done;
  } catch (...) {
    rows_ = std::move(before);
    throw;
  }
}

MemoryCodes::Row* MemoryCodes::row_of(Purpose purpose, const TokenDigest& digest) noexcept {
  for (auto& row : rows_) {
    if (row.code.purpose == purpose && row.code.digest == digest) return &row;
  }
  return nullptr;
}

Result<bool> MemoryCodes::replace(Transaction&, const StoredCode& code, Lifetime quiet) noexcept {
  auto same = [&](const Row& row) { return row.code.user == code.user && row.code.purpose == code.purpose; };
  for (const auto& row : rows_) {
    // A code from the future is what a clock that was set back leaves behind; it must not silence anybody.
    bool recent = row.code.created_at <= code.created_at && code.created_at < row.code.created_at + quiet;
    if (same(row) && is_open(row.code, row.used, code.created_at) && recent) return false;
  }
  try {
    auto superseded = [&](const Row& row) { return same(row) && !row.used; };
    rows_.erase(std::remove_if(rows_.begin(), rows_.end(), superseded), rows_.end());
    rows_.push_back({code, false});
    return true;
  } catch (...) {
    return out_of_memory();
  }
}

Result<std::optional<UserId>> MemoryCodes::find(Purpose purpose, const TokenDigest& digest, Timestamp now) noexcept {
  if (Turn::is_mine(*this)) return nested_transaction();
  Turn turn(*this);
  const Row* row = row_of(purpose, digest);
  if (row == nullptr || !is_open(row->code, row->used, now)) return std::optional<UserId>();
  return std::optional<UserId>(row->code.user);
}

Result<MemoryCodes::Consumed> MemoryCodes::consume(Transaction&, Purpose purpose, const TokenDigest& digest,
                                                   Timestamp now) noexcept {
  Row* row = row_of(purpose, digest);
  if (row == nullptr) return Consumed{Consumption::unknown, UserId(), ""};
  if (row->used) return Consumed{Consumption::already_used, UserId(), ""};
  if (now >= row->code.expires_at) return Consumed{Consumption::expired, UserId(), ""};
  try {
    Consumed consumed{Consumption::consumed, row->code.user, row->code.binding};
    row->used = true;
    return consumed;
  } catch (...) {
    return out_of_memory();
  }
}

Result<void> MemoryCodes::discard(Transaction&, UserId user) noexcept {
  auto of_user = [&](const Row& row) { return (user == UserId() || row.code.user == user) && !row.used; };
  rows_.erase(std::remove_if(rows_.begin(), rows_.end(), of_user), rows_.end());
  return {};
}

}  // namespace example
