#include "account/adoption.hpp"

#include <algorithm>

namespace watchword::account {
namespace {

void add_once(std::vector<UserId>& users, UserId user) {
  if (user.value() > 0 && std::find(users.begin(), users.end(), user) == users.end()) users.push_back(user);
}

/// What its side row says is true, and it has no keys since another account held one.
bool left_out(const AccountRow& row) noexcept { return row.current() && row.side->keys.none(); }

std::int64_t settled_epoch(const AccountRow& row) noexcept {
  const std::int64_t first = first_epoch(*row.user);
  if (!row.side) return first;
  return row.reused() ? std::max(row.side->epoch + 1, first) : row.side->epoch;
}

}  // namespace

Result<std::vector<UserId>> Adoption::find_unsettled(sql::Executor& executor, const std::vector<Match>& found) const {
  std::vector<UserId> unsettled;
  for (const auto& match : found) {
    bool settled = match.row.current() && match.by != Match::By::unseen;
    if (settled && left_out(match.row)) {
      auto could = could_have_keys(executor, match.row);
      if (!could) return could.error();
      settled = !*could;
    }
    if (!settled) add_once(unsettled, match.row.id);
  }
  return unsettled;
}

Result<Ids> Adoption::catch_up(Transaction& transaction, std::vector<UserId> unsettled, std::size_t batches) const {
  sql::Executor& executor = *transaction.executor();
  auto locked = table_.lock_ids(executor);
  if (!locked) return locked.error();
  auto ids = adopt_unseen(transaction, *locked, batches);
  if (!ids) return ids.error();
  for (UserId user : unsettled) ids->last = std::max(ids->last, user.value());
  if (auto settled = settle(transaction, std::move(unsettled)); !settled) return settled.error();
  auto highest = table_.highest_user(executor);
  if (!highest) return highest.error();
  // Another system may give the ids of its last users again once it has deleted them.
  ids->adopted = std::min(ids->adopted, *highest);
  if (ids->last == locked->last && ids->adopted == locked->adopted) return ids;
  if (auto saved = table_.save_ids(executor, *ids); !saved) return saved.error();
  return ids;
}

Result<Ids> Adoption::adopt_unseen(Transaction& transaction, Ids ids, std::size_t batches) const {
  for (; batches > 0; --batches) {
    auto users = table_.list_after(*transaction.executor(), ids.adopted);
    if (!users) return users.error();
    if (users->empty()) break;
    ids.adopted = users->back().value();
    ids.last = std::max(ids.last, ids.adopted);
    if (auto settled = settle(transaction, *std::move(users)); !settled) return settled.error();
  }
  return ids;
}

Result<bool> Adoption::could_have_keys(sql::Executor& executor, const AccountRow& row) const {
  const Keys keys = keys_of(*row.user);
  if (keys.none()) return false;
  auto held = held_by_another(executor, keys, row.id);
  if (!held) return held.error();
  return !*held;
}

/// Everything is released before anything is assigned, so that two accounts that exchanged their names both get them.
Result<void> Adoption::settle(Transaction& transaction, std::vector<UserId> users) const {
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (auto released = release(*transaction.executor(), users, i); !released) return released;
  }
  std::sort(users.begin(), users.end());
  for (UserId user : users) {
    if (auto assigned = assign(transaction, user); !assigned) return assigned;
  }
  return {};
}

/// Takes back the keys that a changed row had, and adds to `users` those whose own out-of-date keys it needs.
Result<void> Adoption::release(sql::Executor& executor, std::vector<UserId>& users, std::size_t index) const {
  auto row = table_.find(executor, users[index]);
  if (!row) return row.error();
  if (!*row) return {};
  if ((*row)->side && !(*row)->current()) {
    if (auto released = table_.release_keys(executor, users[index]); !released) return released;
  }
  if (!(*row)->user) return {};
  auto holders = table_.find_holders(executor, keys_of(*(*row)->user));
  if (!holders) return holders.error();
  for (const auto& holder : *holders) {
    if (!holder.current()) add_once(users, holder.id);
  }
  return {};
}

Result<void> Adoption::assign(Transaction& transaction, UserId user) const {
  sql::Executor& executor = *transaction.executor();
  auto row = table_.find(executor, user);
  if (!row) return row.error();
  if (!*row) return {};
  if (!(*row)->user) return bury(transaction, **row);
  Keys keys = keys_of(*(*row)->user);
  auto held = held_by_another(executor, keys, user);
  if (!held) return held.error();
  // Whoever came later is left out altogether: with one of its two names it could be taken for the other account.
  if (*held) keys = Keys();
  return save(transaction, **row, keys);
}

Result<bool> Adoption::held_by_another(sql::Executor& executor, const Keys& keys, UserId user) const {
  auto holders = table_.find_holders(executor, keys);
  if (!holders) return holders.error();
  return std::any_of(holders->begin(), holders->end(),
                     [&](const AccountRow& holder) { return holder.id != user && holder.current(); });
}

Result<void> Adoption::save(Transaction& transaction, const AccountRow& row, const Keys& keys) const {
  sql::Executor& executor = *transaction.executor();
  const std::int64_t epoch = settled_epoch(row);
  if (row.reused()) {
    if (auto ended = end_former(transaction, row.id, epoch); !ended) return ended;
  }
  return row.side ? table_.update_side(executor, *row.user, keys, epoch)
                  : table_.insert_side(executor, *row.user, keys, epoch);
}

Result<void> Adoption::bury(Transaction& transaction, const AccountRow& row) const {
  const std::int64_t epoch = row.side->epoch + 1;
  if (auto ended = end_former(transaction, row.id, epoch); !ended) return ended;
  return table_.bury(*transaction.executor(), row.id, epoch);
}

Result<void> Adoption::end_former(Transaction& transaction, UserId user, std::int64_t epoch) const {
  return succession_ == nullptr ? Result<void>() : succession_->end_former(transaction, user, epoch);
}

}  // namespace watchword::account
