#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <watchword/account/sql_stores.hpp>
#include <watchword/mail/outbox.hpp>
#include <watchword/onetime/sql_stores.hpp>
#include <watchword/session/sql_stores.hpp>
#include <watchword/storage/migration.hpp>
#include <watchword/storage/sqlite.hpp>

#include "support/temp_dir.hpp"

namespace watchword::test {

inline std::unique_ptr<sql::Database> open_sqlite(const std::string& path) {
  sqlite::Options options;
  options.path = path;
  auto opened = sqlite::open(options);
  if (!opened) throw std::runtime_error(std::string(opened.error().code()));
  return *std::move(opened);
}

/// All features' tables.
inline Result<void> migrate_all(sql::Database& database, const sql::Naming& naming = {}) {
  std::vector<sql::FeatureSchema> features;
  features.push_back(account::schema(database, naming));
  features.push_back(session::schema(naming));
  features.push_back(onetime::schema(naming));
  features.push_back(mail::schema(naming));
  return sql::migrate(database, naming, features, sql::MigrationMode::automatic);
}

/// Every store over one SQL database.
class SqlStores {
 public:
  explicit SqlStores(std::unique_ptr<sql::Database> database, const sql::Naming& naming = {})
      : database_(std::move(database)) {
    auto migrated = migrate_all(*database_, naming);
    if (!migrated) throw std::runtime_error(std::string(migrated.error().reason()));
    accounts_ = account::make_sql_account_store(*database_, naming);
    credentials_ = account::make_sql_credential_store(*database_, naming);
    directory_ = account::make_sql_account_directory(*database_, naming);
    sessions_ = session::make_sql_session_store(*database_, naming);
    refresh_tokens_ = session::make_sql_refresh_token_store(*database_, naming);
    revocations_ = session::make_sql_revocation_store(*database_, naming);
    codes_ = onetime::make_sql_code_store(*database_, naming);
    outbox_ = mail::make_sql_outbox(*database_, naming);
  }

  sql::Database& database() { return *database_; }
  TransactionRunner& runner() { return *database_; }
  account::AccountStore& accounts() { return *accounts_; }
  account::CredentialStore& credentials() { return *credentials_; }
  account::AccountDirectory& directory() { return *directory_; }
  session::SessionStore& sessions() { return *sessions_; }
  session::RefreshTokenStore& refresh_tokens() { return *refresh_tokens_; }
  session::RevocationStore& revocations() { return *revocations_; }
  onetime::CodeStore& codes() { return *codes_; }
  mail::Outbox& outbox() { return *outbox_; }

 private:
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<account::AccountStore> accounts_;
  std::unique_ptr<account::CredentialStore> credentials_;
  std::unique_ptr<account::AccountDirectory> directory_;
  std::unique_ptr<session::SessionStore> sessions_;
  std::unique_ptr<session::RefreshTokenStore> refresh_tokens_;
  std::unique_ptr<session::RevocationStore> revocations_;
  std::unique_ptr<onetime::CodeStore> codes_;
  std::unique_ptr<mail::Outbox> outbox_;
};

/// A backend for the contracts: a file in a folder of its own.
struct Folder {
  TempDir folder;
};
class SqliteFile : private Folder, public SqlStores {
 public:
  SqliteFile() : SqlStores(open_sqlite((folder / "contract.db").string())) {}
};

/// A backend for the contracts: a database in memory.
class SqliteMemory : public SqlStores {
 public:
  SqliteMemory() : SqlStores(open_sqlite(":memory:")) {}
};

}  // namespace watchword::test
