#include <memory>
#include <string>

#include <watchword/storage/postgres.hpp>

#include "storage/postgres/change_signal.hpp"
#include "storage/postgres/database.hpp"
#include "storage/postgres/error.hpp"
#include "storage/postgres/url.hpp"

namespace watchword::postgres {
namespace {

Error bad_options(std::string_view which) noexcept {
  return Error(Errc::misconfigured, "database_options", "An option of the PostgreSQL database is out of its range.")
      .with_reason(which);
}

bool within(Lifetime value, Lifetime least) noexcept { return value >= least && value <= Lifetime::hours(1); }

Result<void> check_options(const Options& options) noexcept {
  if (options.connections < 1 || options.connections > 1000) return bad_options("connections");
  if (!within(options.pool_timeout, Lifetime::milliseconds(1))) return bad_options("pool_timeout");
  if (!within(options.connect_timeout, Lifetime::seconds(1))) return bad_options("connect_timeout");
  if (!within(options.statement_timeout, Lifetime::milliseconds(1))) return bad_options("statement_timeout");
  return {};
}

/// What libpq says of it may repeat parts of the URL, so it is not shown.
Result<void> check_url(const std::string& url) noexcept {
  std::unique_ptr<PQconninfoOption, decltype(&::PQconninfoFree)> parsed(::PQconninfoParse(url.c_str(), nullptr),
                                                                        &::PQconninfoFree);
  if (parsed) return {};
  return Error(Errc::misconfigured, "database_url", "Use a DATABASE_URL like postgresql://user@host/name.")
      .with_reason("libpq does not understand the URL or a parameter in it");
}

Result<std::unique_ptr<sql::Database>> open_checked(const Options& options) {
  if (auto valid = check_options(options); !valid) return valid.error();
  auto url = parse_url(options.url);
  if (!url) return url.error();
  if (auto understood = check_url(url->text); !understood) return understood.error();
  ConnectionSettings settings{url->text, options.connect_timeout, options.statement_timeout,
                              options.prepared_statements && url->prepared_statements};
  auto database = std::make_unique<PostgresDatabase>(options, std::move(settings));
  if (auto looked = database->look_at_server(); !looked) return looked.error();
  return std::unique_ptr<sql::Database>(std::move(database));
}

Result<std::unique_ptr<sql::Database>> open_url(const std::string& url, LogSink& log) noexcept {
  try {
    Options options;
    options.url = url;
    options.log = &log;
    return open_checked(options);
  } catch (...) {
    return out_of_memory();
  }
}

}  // namespace

Result<std::unique_ptr<sql::Database>> open(const Options& options) noexcept {
  try {
    return open_checked(options);
  } catch (...) {
    return out_of_memory();
  }
}

Result<std::unique_ptr<ChangeSignal>> make_change_signal(const std::string& url) noexcept {
  try {
    const Options defaults;
    auto parsed = parse_url(url);
    if (!parsed) return parsed.error();
    if (auto understood = check_url(parsed->text); !understood) return understood.error();
    auto signal = std::make_unique<NotifySignal>(
        ConnectionSettings{parsed->text, defaults.connect_timeout, defaults.statement_timeout, false});
    if (!signal->valid()) return store_unavailable("no descriptor is free");
    return std::unique_ptr<ChangeSignal>(std::move(signal));
  } catch (...) {
    return out_of_memory();
  }
}

const sql::Driver& driver() noexcept {
  static constexpr sql::Driver kDriver{open_url, make_change_signal};
  return kDriver;
}

}  // namespace watchword::postgres
