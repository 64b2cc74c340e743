#include <cstdio>

#include <watchword/base/rng.hpp>
#include <watchword/session/session_service.hpp>
#include <watchword/storage/database_url.hpp>
#include <watchword/storage/migration.hpp>
#include <watchword/storage/postgres.hpp>

#include "commands.hpp"

namespace admin {

using watchword::Errc;
using watchword::Error;
using watchword::Result;
using watchword::Secret;
using watchword::Watchword;

namespace {

class StandardError final : public watchword::LogSink {
 public:
  void write(watchword::Severity severity, std::string_view event, std::string_view text) noexcept override {
    // That the keys are made up here is no news for an operator of accounts.
    if (severity == watchword::Severity::info || event == "root_key_derived") return;
    std::fprintf(stderr, "watchword-admin: %.*s\n", static_cast<int>(text.size()), text.data());
  }
};

}  // namespace

Error usage_error(const char* what) {
  return Error(Errc::invalid_input, "usage", "See watchword-admin --help.").with_reason(what);
}

Result<std::unique_ptr<Watchword>> open(const Arguments& arguments, watchword::sql::MigrationMode mode) {
  static StandardError log;
  watchword::Options options;
  options.database_url = arguments.database_url;
  options.postgres = &watchword::postgres::driver();
  options.migrate = mode;
  // A mistyped path must not answer as an empty database would.
  const auto& command = arguments.command;
  options.create_database = command == "create" || command == "import" || command == "migrate";
  options.log = &log;
  auto secret = Secret::of_size(32);
  if (!secret) return secret.error();
  auto drawn = watchword::system_rng().fill(secret->writable(), secret->size());
  if (!drawn) return drawn.error();
  options.secret_key = *std::move(secret);
  auto opened = watchword::open(std::move(options));
  if (opened || opened.error().code() != "schema_outdated") return opened;
  return Error(opened.error()).with_reason("; run watchword-admin migrate");
}

Result<void> show_pending(const Arguments& arguments, const Output& output) {
  watchword::Options options;
  options.database_url = arguments.database_url;
  options.postgres = &watchword::postgres::driver();
  auto pending = watchword::pending_migrations(options);
  if (!pending) return pending.error();
  for (const auto& step : *pending) output.pending(step.feature, step.version);
  output.done("steps missing", static_cast<std::int64_t>(pending->size()));
  return {};
}

Result<void> restored(Watchword& watchword, const Arguments&, const Output& output) {
  auto ended = watchword.restored({});
  if (!ended) return ended;
  output.done("every session, token and one-time code of everybody has ended");
  return {};
}

Result<void> purge(Watchword& watchword, const Arguments&, const Output& output) {
  std::int64_t removed = 0;
  for (;;) {
    auto some = watchword.purge();
    if (!some) return some.error();
    removed += *some;
    if (*some == 0) break;
  }
  output.done("expired rows removed", removed);
  return {};
}

namespace {

// What SQLite finds wrong with its own file, first of all.
Result<void> check_file(Watchword& watchword) {
  const watchword::sql::Statement pages("PRAGMA integrity_check(1)");
  std::string verdict;
  auto read = watchword.database().read([&](watchword::sql::Executor& executor) -> Result<void> {
    auto rows = executor.query(pages, {}, [&](const watchword::sql::Row& row) -> Result<void> {
      verdict = row.text(0);
      return {};
    });
    if (!rows) return rows.error();
    return {};
  });
  if (!read || verdict == "ok") return read;
  return Error(Errc::internal, "database_damaged", "Restore the database from a backup.").with_reason(verdict);
}

}  // namespace

Result<void> check(Watchword& watchword, const Arguments& arguments, const Output& output) {
  auto ready = watchword.ready();
  if (!ready) return ready;
  auto url = watchword::parse_database_url(arguments.database_url);
  bool is_file = url && url->engine == watchword::DatabaseUrl::Engine::sqlite;
  auto sound = is_file ? check_file(watchword) : Result<void>();
  if (!sound) return sound;
  output.done("the database answers and its schema fits");
  return {};
}

}  // namespace admin
