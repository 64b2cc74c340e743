#include "compose/database.hpp"

#include <watchword/storage/database_url.hpp>
#include <watchword/storage/sqlite.hpp>

namespace watchword::compose {
namespace {

Result<sqlite::Options> options_of(const std::string& url) {
  auto parsed = parse_database_url(url);
  if (!parsed) return parsed.error();
  if (parsed->engine != DatabaseUrl::Engine::sqlite) {
    return Error(Errc::misconfigured, "database_url",
                 "This build has no PostgreSQL driver. Use sqlite:///path, or give an open database.")
        .with_reason("the URL's engine is postgresql");
  }
  sqlite::Options options;
  options.path = std::move(parsed->target);
  return options;
}

}  // namespace

Result<std::unique_ptr<sql::Database>> open_database(const std::string& url, bool create) {
  auto options = options_of(url);
  if (!options) return options.error();
  options->create = create;
  return sqlite::open(*options);
}

Result<std::unique_ptr<sql::Database>> open_database_to_read(const std::string& url) {
  auto options = options_of(url);
  if (!options) return options.error();
  options->create = false;
  options->read_only = true;
  return sqlite::open(*options);
}

}  // namespace watchword::compose
