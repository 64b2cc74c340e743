#pragma once

#include <memory>

#include <watchword/account/account_directory.hpp>
#include <watchword/account/account_store.hpp>
#include <watchword/account/credential_store.hpp>
#include <watchword/account/succession.hpp>
#include <watchword/base/export.hpp>
#include <watchword/storage/migration.hpp>
#include <watchword/storage/naming.hpp>
#include <watchword/storage/sql.hpp>

namespace watchword::account {

/// The accounts' schema. Its first step looks at a users table that is there before anything is written: errors
/// (misconfigured) `users_columns_missing`, the reason names them; `accounts_collide`: names that collide once
/// canonical, the reason lists the ids. Makes the users table where there is none. `database`:
/// the one to be migrated; it must outlive the schema. May throw std::bad_alloc only.
WATCHWORD_EXPORT sql::FeatureSchema schema(sql::Database& database, const sql::Naming& naming);

/// The stores over SQL. `database` must outlive them. May throw std::bad_alloc only. `succession`, which must outlive
/// them too, is told where another system has given a deleted user's id again; null: sessions and tokens of the former
/// owner are not ended, which is for tools that give none.
WATCHWORD_EXPORT std::unique_ptr<AccountStore> make_sql_account_store(sql::Database& database,
                                                                      const sql::Naming& naming,
                                                                      Succession* succession = nullptr);
WATCHWORD_EXPORT std::unique_ptr<CredentialStore> make_sql_credential_store(sql::Database& database,
                                                                            const sql::Naming& naming,
                                                                            Succession* succession = nullptr);
WATCHWORD_EXPORT std::unique_ptr<AccountDirectory> make_sql_account_directory(sql::Database& database,
                                                                              const sql::Naming& naming);

}  // namespace watchword::account
