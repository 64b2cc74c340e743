#include <algorithm>

#include <watchword/account/sql_stores.hpp>

#include "account/account_core.hpp"
#include "storage/sql_store.hpp"

namespace watchword::account {

AccountStore::~AccountStore() = default;
Succession::~Succession() = default;

namespace {

using Inserted = AccountStore::Inserted;
using By = Match::By;

constexpr int kIdAttempts = 8;

std::optional<Account> found_by(const std::vector<Match>& found, By by) {
  for (const auto& match : found) {
    if (match.by == by && match.row.current()) return match.row.user;
  }
  return std::nullopt;
}

std::optional<Taken> taken_of(const std::vector<Match>& found, UserId self) noexcept {
  const auto anybody_by = [&](By key, By exact) {
    return std::any_of(found.begin(), found.end(), [&](const Match& match) {
      return match.row.id != self && ((match.by == key && match.row.user) || match.by == exact);
    });
  };
  if (anybody_by(By::email_key, By::email)) return Taken::email;
  if (anybody_by(By::username_key, By::username)) return Taken::username;
  return std::nullopt;
}

Names names_of(const Keys& keys, const Account& account) noexcept {
  return {keys.email ? std::string_view(*keys.email) : std::string_view(),
          keys.username ? std::string_view(*keys.username) : std::string_view(), account.email, account.username};
}

/// Changes the names; gives their keys.
Keys apply(const ProfileChange& change, Account& account) {
  Keys keys = keys_of(account);
  if (change.email) {
    account.email = change.email->stored();
    keys.email = change.email->key();
  }
  if (change.username) {
    account.username = change.username->stored();
    keys.username = change.username->key();
  }
  return keys;
}

class SqlAccountStore final : public AccountStore {
 public:
  SqlAccountStore(sql::Database& database, const sql::Naming& naming, Succession* succession)
      : core_(database, naming, succession),
        users_(naming.users_table()),
        insert_("INSERT INTO " + naming.users_table() +
                " (id, email, username, hashed_password, is_active, created_at, updated_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, NULL) ON CONFLICT DO NOTHING"),
        rename_("UPDATE " + naming.users_table() +
                " SET email = $2, username = $3, updated_at = $4"
                " WHERE id = $1 AND email = $5 AND username = $6"),
        raise_("UPDATE " + naming.side("accounts") +
               " SET epoch = CASE WHEN epoch >= $2 THEN epoch + 1 ELSE $2 END WHERE user_id = $1 RETURNING epoch"),
        activate_("UPDATE " + naming.users_table() + " SET is_active = $2, updated_at = $3 WHERE id = $1") {}

  Result<std::optional<Account>> find(UserId user) noexcept override;
  Result<std::optional<Account>> find_by_login(const LoginName& name) noexcept override;
  Result<std::optional<Account>> find_by_email(const EmailAddress& email) noexcept override;
  Result<Inserted> insert(Transaction& transaction, const NewAccount& account, Timestamp now) noexcept override;
  Result<Inserted> rename(Transaction& transaction, UserId user, const ProfileChange& change,
                          Timestamp now) noexcept override;
  Result<std::optional<Standing>> lock_standing(Transaction& transaction, UserId user) noexcept override;
  Result<std::optional<std::int64_t>> advance_epoch(Transaction& transaction, UserId user,
                                                    Timestamp now) noexcept override;
  Result<bool> set_active(Transaction& transaction, UserId user, bool active, Timestamp now) noexcept override;

 private:
  /// Somebody wants the names: who has them is settled first. The ids are locked already.
  Result<std::optional<Taken>> find_taken(Transaction& transaction, const Keys& keys, const Account& wanted) const;
  Result<Inserted> insert_settled(Transaction& transaction, const NewAccount& wanted, Ids ids, Timestamp now) const;
  /// The row of an account that was just added under an id of its own.
  Result<void> save_new(sql::Executor& executor, const Account& account, const Keys& keys) const;
  Result<Inserted> rename_settled(sql::Executor& executor, const Keys& keys, const Account& wanted,
                                  const AccountRow& row) const;

  AccountCore core_;
  const std::string users_;
  sql::Statement insert_;
  sql::Statement rename_;
  sql::Statement raise_;
  sql::Statement activate_;
};

Result<std::optional<Account>> SqlAccountStore::find(UserId user) noexcept {
  using Found = std::optional<Account>;
  return sql::read_from<Found>(core_.database(), [&](sql::Executor& executor) -> Result<Found> {
    auto row = core_.table().find(executor, user);
    if (!row) return row.error();
    // Whoever has got somebody else's id is shown once signed in, when the epoch has risen above the other's.
    if (!*row || (*row)->reused()) return Found();
    return std::move((*row)->user);
  });
}

Result<std::optional<Account>> SqlAccountStore::find_by_login(const LoginName& name) noexcept {
  return sql::guarded([&]() -> Result<std::optional<Account>> {
    auto found = core_.find_named({name.email_key(), name.username_key(), name.typed(), name.typed()}, false);
    if (!found) return found.error();
    auto by_email = found_by(*found, By::email_key);
    auto by_username = found_by(*found, By::username_key);
    if (name.address_first()) return by_email ? std::move(by_email) : std::move(by_username);
    return by_username ? std::move(by_username) : std::move(by_email);
  });
}

Result<std::optional<Account>> SqlAccountStore::find_by_email(const EmailAddress& email) noexcept {
  return sql::guarded([&]() -> Result<std::optional<Account>> {
    auto found = core_.find_named({email.key(), {}, email.stored(), {}}, true);
    if (!found) return found.error();
    return found_by(*found, By::email_key);
  });
}

Result<std::optional<Taken>> SqlAccountStore::find_taken(Transaction& transaction, const Keys& keys,
                                                         const Account& wanted) const {
  sql::Executor& executor = *transaction.executor();
  const Names names = names_of(keys, wanted);
  auto found = core_.table().look_up(executor, names);
  if (!found) return found.error();
  auto unsettled = core_.adoption().find_unsettled(executor, *found);
  if (!unsettled) return unsettled.error();
  if (!unsettled->empty()) {
    auto ids = core_.adoption().catch_up(transaction, *std::move(unsettled), Adoption::kAllBatches);
    if (!ids) return ids.error();
    found = core_.table().look_up(executor, names);
    if (!found) return found.error();
  }
  return taken_of(*found, wanted.id);
}

Result<Inserted> SqlAccountStore::insert(Transaction& transaction, const NewAccount& account, Timestamp now) noexcept {
  return sql::within(transaction, [&](sql::Executor&) -> Result<Inserted> {
    auto ids = core_.adoption().catch_up(transaction, {}, Adoption::kAllBatches);
    if (!ids) return ids.error();
    Account names;
    names.email = account.email.stored();
    names.username = account.username.stored();
    auto taken = find_taken(transaction, {account.email.key(), account.username.key()}, names);
    if (!taken) return taken.error();
    if (*taken) return Inserted{std::nullopt, *taken};
    return insert_settled(transaction, account, *ids, now);
  });
}

/// Another system may take the names or the id at any moment, also between two statements.
Result<Inserted> SqlAccountStore::insert_settled(Transaction& transaction, const NewAccount& wanted, Ids ids,
                                                 Timestamp now) const {
  sql::Executor& executor = *transaction.executor();
  const Keys keys{wanted.email.key(), wanted.username.key()};
  Account account;
  account.email = wanted.email.stored();
  account.username = wanted.username.stored();
  account.is_active = true;
  account.created_at = now;
  account.epoch = std::max<std::int64_t>(1, now.milliseconds());
  for (int attempt = 0; attempt < kIdAttempts; ++attempt) {
    auto highest = core_.table().highest_user(executor);
    if (!highest) return highest.error();
    auto id = core_.database().draw_id(executor, users_, std::max(ids.last, *highest) + 1);
    if (!id) return id.error();
    account.id = UserId(*id);
    auto added = sql::changes(executor, insert_,
                              {account.id.value(), account.email, account.username, wanted.password_hash, true, now});
    if (!added) return added.error();
    if (*added) {
      if (auto saved = save_new(executor, account, keys); !saved) return saved.error();
      return Inserted{std::move(account), std::nullopt};
    }
    auto taken = find_taken(transaction, keys, account);
    if (!taken) return taken.error();
    if (*taken) return Inserted{std::nullopt, *taken};
  }
  return Error(Errc::unavailable, "store_unavailable", "The database does not answer. Try again later.")
      .with_reason("another system took every id that was tried");
}

Result<void> SqlAccountStore::save_new(sql::Executor& executor, const Account& account, const Keys& keys) const {
  auto saved = core_.table().save_ids(executor, {account.id.value(), account.id.value()});
  return saved ? core_.table().insert_side(executor, account, keys, account.epoch) : saved;
}

Result<Inserted> SqlAccountStore::rename(Transaction& transaction, UserId user, const ProfileChange& change,
                                         Timestamp now) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) -> Result<Inserted> {
    const bool changes_nothing = !change.email && !change.username;
    if (!changes_nothing) {
      auto ids = core_.adoption().catch_up(transaction, {}, Adoption::kAllBatches);
      if (!ids) return ids.error();
    }
    auto row = core_.lock(transaction, user);
    if (!row) return row.error();
    if (!*row) return Inserted{};
    if (changes_nothing) return Inserted{std::move((*row)->user), std::nullopt};
    Account wanted = *(*row)->user;
    const Keys keys = apply(change, wanted);
    wanted.updated_at = now;
    auto taken = find_taken(transaction, keys, wanted);
    if (!taken) return taken.error();
    if (*taken) return Inserted{std::nullopt, *taken};
    return rename_settled(executor, keys, wanted, **row);
  });
}

/// Another system may have changed the row since it was read: then everything is decided anew.
Result<Inserted> SqlAccountStore::rename_settled(sql::Executor& executor, const Keys& keys, const Account& wanted,
                                                 const AccountRow& row) const {
  auto renamed = sql::changes(
      executor, rename_,
      {wanted.id.value(), wanted.email, wanted.username, *wanted.updated_at, row.user->email, row.user->username});
  if (!renamed) return renamed.error();
  if (!*renamed) {
    return Error(Errc::unavailable, "store_serialization", "The account was changed at the same moment. Try again.");
  }
  auto saved = core_.table().update_side(executor, wanted, keys, row.side->epoch);
  if (!saved) return saved.error();
  return Inserted{wanted, std::nullopt};
}

Result<std::optional<Standing>> SqlAccountStore::lock_standing(Transaction& transaction, UserId user) noexcept {
  return sql::within(transaction, [&](sql::Executor&) -> Result<std::optional<Standing>> {
    auto row = core_.lock(transaction, user);
    if (!row) return row.error();
    if (!*row) return std::optional<Standing>();
    return std::optional<Standing>(Standing{(*row)->user->is_active, (*row)->side->epoch});
  });
}

Result<std::optional<std::int64_t>> SqlAccountStore::advance_epoch(Transaction& transaction, UserId user,
                                                                   Timestamp now) noexcept {
  using Epoch = std::optional<std::int64_t>;
  return sql::within(transaction, [&](sql::Executor& executor) -> Result<Epoch> {
    if (user == UserId()) {
      auto raised = core_.table().raise_all(executor, now.milliseconds());
      return raised ? Result<Epoch>(now.milliseconds()) : raised.error();
    }
    auto row = core_.lock(transaction, user);
    if (!row) return row.error();
    if (!*row) return Epoch();
    return sql::find_one<std::int64_t>(executor, raise_, {user.value(), now.milliseconds()},
                                       [](const sql::Row& raised) { return raised.integer(0); });
  });
}

Result<bool> SqlAccountStore::set_active(Transaction& transaction, UserId user, bool active, Timestamp now) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) -> Result<bool> {
    auto row = core_.lock(transaction, user);
    if (!row) return row.error();
    if (!*row) return false;
    return sql::changes(executor, activate_, {user.value(), active, now});
  });
}

}  // namespace

std::unique_ptr<AccountStore> make_sql_account_store(sql::Database& database, const sql::Naming& naming,
                                                     Succession* succession) {
  return std::make_unique<SqlAccountStore>(database, naming, succession);
}

}  // namespace watchword::account
