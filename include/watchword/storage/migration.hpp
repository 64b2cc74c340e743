#pragma once

#include <string>
#include <vector>

#include <watchword/base/export.hpp>
#include <watchword/base/function.hpp>
#include <watchword/base/log.hpp>
#include <watchword/base/result.hpp>
#include <watchword/storage/migration_mode.hpp>
#include <watchword/storage/naming.hpp>
#include <watchword/storage/pending_migration.hpp>
#include <watchword/storage/sql.hpp>

namespace watchword::sql {

/// One step of a feature's schema. Steps are numbered from 1 without gaps and never change once released.
struct Migration final {
  int version = 0;
  /// The lowest version of the feature's code that may still run against the schema after this step.
  int min_compatible = 0;
  /// Statements, run in order. Types are written {bigint}, {boolean}, {blob}, {timestamp}.
  std::vector<std::string> statements;
  /// Looks at the database before anything at all is written, for what would make the step impossible; may be empty.
  Function<Result<void>(Executor&)> check;
  /// Fills what the statements made, in the same transaction; may be empty.
  Function<Result<void>(Transaction&)> fill;
};

/// A feature's schema: its name in the ledger and its steps, in order.
struct FeatureSchema final {
  std::string feature;
  std::vector<Migration> migrations;
};

/// The steps that the database lacks, in the order in which they would run. Writes nothing. Errors: `schema_newer`
/// (misconfigured: a newer release made the schema, and its min_compatible is above what we know); `schema_steps`
/// (internal: a feature's steps are not numbered 1, 2 ...); the checks' own.
WATCHWORD_EXPORT Result<std::vector<PendingMigration>> pending_migrations(
    Database& database, const Naming& naming, std::vector<FeatureSchema>& features) noexcept;

/// Brings the database to the features' newest schema, all in one transaction: at the end all is there or nothing was
/// changed. Processes that start together migrate once. Errors: as above, and those of Database.
WATCHWORD_EXPORT Result<void> migrate(Database& database, const Naming& naming, std::vector<FeatureSchema>& features,
                                      MigrationMode mode) noexcept;

}  // namespace watchword::sql
