#include "storage/postgres/server_settings.hpp"

#include <string_view>

#include "storage/postgres/error.hpp"

namespace watchword::postgres {
namespace {

constexpr int kOldestVersion = 130000;

constexpr const char* kQuestion =
    "SELECT current_setting('server_encoding'), current_setting('fsync'), current_setting('full_page_writes'),"
    " current_setting('synchronous_commit'), current_setting('synchronous_standby_names') <> '',"
    " EXISTS (SELECT FROM pg_stat_replication)";

enum Column { encoding, fsync, full_page_writes, synchronous_commit, has_synchronous_standbys, has_standbys };

struct Danger {
  Column column;
  std::string_view value;
  std::string_view text;
};

constexpr Danger kDangers[] = {
    {fsync, "off", "fsync is off: a crash of the machine may lose or damage the database."},
    {full_page_writes, "off", "full_page_writes is off: a crash of the machine may damage the database."},
    {synchronous_commit, "off", "synchronous_commit is off: a crash may lose logouts that were acknowledged."},
};

}  // namespace

Result<void> check_settings(Connection& connection, LogSink& log) noexcept {
  if (::PQserverVersion(connection.handle()) < kOldestVersion) {
    return Error(Errc::misconfigured, "database_version", "Use PostgreSQL 13 or newer.");
  }
  auto answer = connection.run_text(kQuestion);
  if (!answer) return answer.error();
  if (::PQntuples(answer->get()) != 1) return store_unavailable("the server does not tell its settings");
  auto setting = [&](Column column) { return std::string_view(::PQgetvalue(answer->get(), 0, column)); };
  if (setting(encoding) != "UTF8") {
    return Error(Errc::misconfigured, "database_encoding", "Use a database whose encoding is UTF8.");
  }
  for (const auto& danger : kDangers) {
    if (setting(danger.column) == danger.value) log.write(Severity::warning, "database_not_durable", danger.text);
  }
  bool local = setting(synchronous_commit) == "local" || setting(synchronous_commit) == "off";
  if (setting(has_standbys) == "t" && (setting(has_synchronous_standbys) != "t" || local)) {
    log.write(Severity::warning, "replication_asynchronous",
              "Replication is asynchronous: a failover may lose logouts that were acknowledged. Set "
              "synchronous_standby_names.");
  }
  return {};
}

Error explain_refusal(const ConnectionSettings& settings, const Error& error) {
  if (error.code() != "store_unavailable") return error;
  const std::string state = Connection::refusal(settings);
  if (state.compare(0, 2, "28") != 0 && state != "3D000" && state != "42501") return error;
  return Error(Errc::misconfigured, "database_refused",
               "The PostgreSQL server refuses the connection. Check the user, password and name of the database.")
      .with_reason("SQLSTATE " + state);
}

}  // namespace watchword::postgres
