#include "compose/database.hpp"

#include <watchword/storage/database_url.hpp>
#include <watchword/storage/driver.hpp>
#include <watchword/storage/sqlite.hpp>

namespace watchword::compose {
namespace {

using Engine = DatabaseUrl::Engine;

Error no_driver() noexcept {
  return Error(Errc::misconfigured, "database_url",
               "This build has no PostgreSQL driver. Use sqlite:///path, or give open() the driver.")
      .with_reason("the URL's engine is postgresql");
}

Result<std::unique_ptr<sql::Database>> open_sqlite(std::string path, bool create, bool read_only) {
  sqlite::Options options;
  options.path = std::move(path);
  options.create = create;
  options.read_only = read_only;
  return sqlite::open(options);
}

}  // namespace

Result<std::unique_ptr<sql::Database>> open_database(const Options& options, LogSink& log) {
  auto url = parse_database_url(options.database_url);
  if (!url) return url.error();
  const bool create = options.create_database && options.migrate == sql::MigrationMode::automatic;
  if (url->engine == Engine::sqlite) return open_sqlite(std::move(url->target), create, false);
  return options.postgres != nullptr ? options.postgres->open(options.database_url, log) : no_driver();
}

Result<std::unique_ptr<sql::Database>> open_database_to_read(const Options& options, LogSink& log) {
  auto url = parse_database_url(options.database_url);
  if (!url) return url.error();
  if (url->engine == Engine::sqlite) return open_sqlite(std::move(url->target), false, true);
  return open_database(options, log);
}

Result<std::unique_ptr<ChangeSignal>> make_signal(const Options& options) {
  const auto& text = options.feed_database_url.empty() ? options.database_url : options.feed_database_url;
  auto url = parse_database_url(text);
  if (!url) return url.error();
  if (url->engine == Engine::sqlite) return sqlite::make_change_signal(url->target);
  if (options.postgres == nullptr) return no_driver();
  if (options.postgres->make_signal == nullptr) return std::unique_ptr<ChangeSignal>();
  return options.postgres->make_signal(text);
}

}  // namespace watchword::compose
