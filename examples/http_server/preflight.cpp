#include "preflight.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <watchword/storage/database_url.hpp>
#include <watchword/storage/migration.hpp>
#include <watchword/watchword.hpp>

namespace example {
namespace {

using watchword::DatabaseUrl;
using watchword::Errc;
using watchword::Error;
using watchword::Result;

constexpr const char* kMemory = ":memory:";

bool may(const std::string& path, int what) { return ::faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0; }

Result<void> check_folder(const std::string& path) {
  std::size_t slash = path.rfind('/');
  std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (may(folder, W_OK | X_OK)) return {};
  return Error(Errc::misconfigured, "database_unreadable", "The database's file cannot be made.")
      .with_reason(errno == ENOENT ? "There is no such folder." : "There is no right to write its folder.");
}

}  // namespace

Result<void> recognise_database(const watchword::Options& options) {
  auto parsed = watchword::parse_database_url(options.database_url);
  if (!parsed) return parsed.error();
  if (parsed->engine == DatabaseUrl::Engine::sqlite) {
    const std::string& path = parsed->target;
    if (path == kMemory) return {};
    if (!may(path, F_OK) && errno == ENOENT) return check_folder(path);
    if (!may(path, W_OK)) {
      return {Error(Errc::misconfigured, "database_read_only", "There is no right to write the database's file.")};
    }
  }
  auto pending = watchword::pending_migrations(options);
  if (!pending) return pending.error();
  return {};
}

bool is_in_memory(const std::string& database_url) {
  auto parsed = watchword::parse_database_url(database_url);
  return parsed && parsed->engine == DatabaseUrl::Engine::sqlite && parsed->target == kMemory;
}

std::size_t raise_open_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
  rlimit raised{files.rlim_max, files.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) files = raised;
  return files.rlim_cur;
}

}  // namespace example
