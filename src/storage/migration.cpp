#include <new>
#include <string>

#include <watchword/storage/migration.hpp>

namespace watchword::sql {
namespace {

using Features = std::vector<FeatureSchema>;

struct Step {
  FeatureSchema* feature = nullptr;
  Migration* migration = nullptr;
};

struct LedgerRow {
  int version = 0;
  int min_compatible = 0;
};

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

Error step_error(Error error, const Step& step) noexcept {
  error.append_reason(" [schema ");
  error.append_reason(step.feature->feature);
  error.append_reason("]");
  return error;
}

/// The table of (feature, version, min_compatible), one row for each feature, and what to ask of it.
class Ledger final {
 public:
  Ledger(Database& database, const Naming& naming)
      : database_(database),
        table_(naming.side("schema")),
        find_("SELECT version, min_compatible FROM " + table_ + " WHERE feature = $1"),
        save_("INSERT INTO " + table_ +
              " (feature, version, min_compatible) VALUES ($1, $2, $3) ON CONFLICT (feature) DO UPDATE SET version = "
              "excluded.version, min_compatible = excluded.min_compatible") {}

  Result<bool> exists(Executor& executor) { return database_.has_table(executor, table_); }

  Result<LedgerRow> find(Executor& executor, const std::string& feature) {
    LedgerRow row;
    auto found = executor.query(find_, {feature}, [&](const Row& r) -> Result<void> {
      row = {static_cast<int>(r.integer(0)), static_cast<int>(r.integer(1))};
      return {};
    });
    if (!found) return found.error();
    return row;
  }

  Result<void> create(Transaction& transaction) {
    return database_.execute_script(
        transaction, database_.render_types("CREATE TABLE " + table_ +
                                            " (feature VARCHAR(64) NOT NULL PRIMARY KEY, version {bigint} NOT NULL, "
                                            "min_compatible {bigint} NOT NULL)"));
  }

  Result<void> save(Executor& executor, const Step& step) {
    auto saved =
        executor.execute(save_, {step.feature->feature, step.migration->version, step.migration->min_compatible});
    if (!saved) return saved.error();
    return {};
  }

 private:
  Database& database_;
  std::string table_;
  Statement find_;
  Statement save_;
};

Result<void> check_numbers(const Features& features) noexcept {
  for (const auto& feature : features) {
    int expected = 0;
    for (const auto& migration : feature.migrations) {
      if (migration.version != ++expected) {
        return Error(Errc::internal, "schema_steps", "A feature's schema steps are not numbered 1, 2 and so on.")
            .with_reason(feature.feature);
      }
    }
  }
  return {};
}

Result<void> check_not_newer(const FeatureSchema& feature, const LedgerRow& row) noexcept {
  int known = feature.migrations.empty() ? 0 : feature.migrations.back().version;
  if (row.version <= known || row.min_compatible <= known) return {};
  return Error(Errc::misconfigured, "schema_newer",
               "A newer release made this database's tables. Run that release or a newer one.")
      .with_reason(feature.feature);
}

Result<std::vector<Step>> find_pending(Ledger& ledger, Executor& executor, Features& features) {
  auto exists = ledger.exists(executor);
  if (!exists) return exists.error();
  std::vector<Step> pending;
  for (auto& feature : features) {
    auto row = *exists ? ledger.find(executor, feature.feature) : Result<LedgerRow>(LedgerRow{});
    if (!row) return row.error();
    if (auto known = check_not_newer(feature, *row); !known) return known.error();
    for (auto& migration : feature.migrations) {
      if (migration.version > row->version) pending.push_back({&feature, &migration});
    }
  }
  return pending;
}

Result<void> run_checks(Executor& executor, const std::vector<Step>& pending) {
  for (const auto& step : pending) {
    if (!step.migration->check) continue;
    if (auto passed = step.migration->check(executor); !passed) return step_error(passed.error(), step);
  }
  return {};
}

Result<void> run_step(Database& database, Ledger& ledger, Transaction& transaction, const Step& step) {
  for (const auto& statement : step.migration->statements) {
    auto done = database.execute_script(transaction, database.render_types(statement));
    if (!done) return step_error(done.error(), step);
  }
  if (step.migration->fill) {
    if (auto filled = step.migration->fill(transaction); !filled) return step_error(filled.error(), step);
  }
  return ledger.save(*transaction.executor(), step);
}

/// Decides everything anew under the write lock: another process may have migrated since the database was looked at.
Result<void> migrate_inside(Database& database, Ledger& ledger, Features& features, Transaction& transaction) {
  Executor* executor = transaction.executor();
  if (executor == nullptr) {
    return Error(Errc::internal, "foreign_transaction", "This transaction belongs to another kind of store.");
  }
  if (auto locked = database.lock_schema(transaction); !locked) return locked;
  auto pending = find_pending(ledger, *executor, features);
  if (!pending || pending->empty()) return pending ? Result<void>() : pending.error();
  if (auto passed = run_checks(*executor, *pending); !passed) return passed;
  auto exists = ledger.exists(*executor);
  if (!exists) return exists.error();
  if (!*exists) {
    if (auto created = ledger.create(transaction); !created) return created;
  }
  for (const auto& step : *pending) {
    if (auto done = run_step(database, ledger, transaction, step); !done) return done;
  }
  return {};
}

/// Reads and checks only, so that nothing at all, an engine's own first write included, has happened if it fails.
Result<std::vector<Step>> look(Database& database, const Naming& naming, Ledger& ledger, Features& features) {
  if (auto named = check_naming(naming); !named) return named.error();
  if (auto numbered = check_numbers(features); !numbered) return numbered.error();
  std::vector<Step> steps;
  auto seen = database.read([&](Executor& executor) -> Result<void> {
    auto pending = find_pending(ledger, executor, features);
    if (!pending) return pending.error();
    steps = *std::move(pending);
    return run_checks(executor, steps);
  });
  if (!seen) return seen.error();
  return steps;
}

Error outdated(const std::vector<Step>& pending) noexcept {
  Error error(Errc::misconfigured, "schema_outdated", "The database's tables are outdated. Migrate them first.");
  for (const auto& step : pending) {
    error.append_reason(error.reason().empty() ? "" : ", ");
    error.append_reason(step.feature->feature);
    error.append_reason(" ");
    error.append_reason(std::to_string(step.migration->version));
  }
  return error;
}

}  // namespace

Result<std::vector<PendingMigration>> pending_migrations(Database& database, const Naming& naming,
                                                         Features& features) noexcept {
  try {
    Ledger ledger(database, naming);
    auto steps = look(database, naming, ledger, features);
    if (!steps) return steps.error();
    std::vector<PendingMigration> pending;
    for (const auto& step : *steps) pending.push_back({step.feature->feature, step.migration->version});
    return pending;
  } catch (...) {
    return out_of_memory();
  }
}

Result<void> migrate(Database& database, const Naming& naming, Features& features, MigrationMode mode) noexcept {
  try {
    Ledger ledger(database, naming);
    auto pending = look(database, naming, ledger, features);
    if (!pending) return pending.error();
    if (pending->empty()) return {};
    if (mode == MigrationMode::check_only) return outdated(*pending);
    return database.run(
        [&](Transaction& transaction) { return migrate_inside(database, ledger, features, transaction); });
  } catch (...) {
    return out_of_memory();
  }
}

}  // namespace watchword::sql
