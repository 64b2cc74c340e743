#include "account/account_core.hpp"

#include <algorithm>

#include "storage/sql_store.hpp"

namespace watchword::account {
namespace {

struct Look {
  std::vector<Match> found;
  std::vector<UserId> unsettled;
};

/// New rows that one transaction of a look-up adopts; who is beyond them is found by the exact spelling.
constexpr std::size_t kBatchesOfALookUp = 4;

Result<Look> look(const AccountCore& core, const Names& names) noexcept {
  return sql::read_from<Look>(core.database(), [&](sql::Executor& executor) -> Result<Look> {
    auto found = core.table().look_up(executor, names);
    if (!found) return found.error();
    auto unsettled = core.adoption().find_unsettled(executor, *found);
    if (!unsettled) return unsettled.error();
    return Look{*std::move(found), *std::move(unsettled)};
  });
}

Result<void> catch_up(const AccountCore& core, const std::vector<UserId>& users, std::size_t batches) noexcept {
  return core.database().run([&](Transaction& transaction) noexcept {
    return sql::within(transaction, [&](sql::Executor&) -> Result<void> {
      auto ids = core.adoption().catch_up(transaction, users, batches);
      if (!ids) return ids.error();
      return {};
    });
  });
}

bool any_unseen(const std::vector<Match>& found) noexcept {
  return std::any_of(found.begin(), found.end(), [](const Match& match) { return match.by == Match::By::unseen; });
}

}  // namespace

Result<std::vector<Match>> AccountCore::find_named(const Names& names, bool all_unseen) const noexcept {
  auto seen = look(*this, names);
  if (!seen) return seen.error();
  if (seen->unsettled.empty()) return std::move(seen->found);
  do {
    if (auto settled = catch_up(*this, seen->unsettled, kBatchesOfALookUp); !settled) return settled.error();
    seen = look(*this, names);
    if (!seen) return seen.error();
  } while (all_unseen && any_unseen(seen->found));
  return std::move(seen->found);
}

Result<void> AccountCore::settle(UserId user) const noexcept {
  return sql::guarded([&] { return catch_up(*this, {user}, 0); });
}

Result<std::optional<AccountRow>> AccountCore::lock(Transaction& transaction, UserId user) const {
  sql::Executor& executor = *transaction.executor();
  if (auto locked = table_.lock(executor, user); !locked) return locked.error();
  auto row = table_.find(executor, user);
  if (!row || !*row || (*row)->trusted()) return row;
  if (!(*row)->user || user.value() <= 0) return std::optional<AccountRow>();
  if (auto ids = adoption_.catch_up(transaction, {user}, 0); !ids) return ids.error();
  return table_.find(executor, user);
}

}  // namespace watchword::account
