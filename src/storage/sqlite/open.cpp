#include <cerrno>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <watchword/storage/sqlite.hpp>

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/error.hpp"

namespace watchword::sqlite {
namespace {

constexpr off_t kSmallestDatabase = 512;

Error bad_options(std::string_view which) noexcept {
  return Error(Errc::misconfigured, "database_options", "An option of the SQLite database is out of its range.")
      .with_reason(which);
}

Error unreadable(std::string_view reason) noexcept {
  return Error(Errc::misconfigured, "database_unreadable",
               "The SQLite database cannot be opened. Check its path and who may read it.")
      .with_reason(reason);
}

Error unwritable(std::string_view reason) noexcept {
  return Error(Errc::misconfigured, "database_read_only",
               "The SQLite database cannot be written. Check who may write it and its folder.")
      .with_reason(reason);
}

Error not_sqlite() noexcept {
  return {Errc::misconfigured, "database_not_sqlite", "This file is not an SQLite database. It was left as it is."};
}

Result<void> check_options(const Options& options) noexcept {
  if (options.path.empty() || options.path.find('\0') != std::string::npos) return bad_options("path");
  if (options.readers < 1 || options.readers > 64) return bad_options("readers");
  if (options.group_commit < 1 || options.group_commit > 1024) return bad_options("group_commit");
  if (options.busy_timeout < Lifetime() || options.busy_timeout > Lifetime::hours(1))
    return bad_options("busy_timeout");
  if (options.cache_kib < 0) return bad_options("cache_kib");
  if (options.mmap_mib < 0) return bad_options("mmap_mib");
  if (::sqlite3_libversion_number() < 3040000 || ::sqlite3_threadsafe() == 0) {
    return bad_options("SQLite is older than 3.40 or built without threads");
  }
  return {};
}

/// A new file is closed again before anybody can have locked it: closing any descriptor of a file drops all locks that
/// this process holds on it, SQLite's included.
Result<void> create_file(const std::string& path) noexcept {
  int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) {
    if (errno == EEXIST) return {};
    if (errno == EACCES || errno == EROFS || errno == EPERM) return unwritable("its folder cannot be written");
    return unreadable("the file cannot be made; is there such a folder?");
  }
  // The mode whatever the umask: a stricter one would lock out this process itself.
  int mode_set = ::fchmod(file, 0600);
  ::close(file);
  if (mode_set != 0) return unwritable("the mode of the new file cannot be set");
  return {};
}

Result<void> check_rights(const std::string& path, bool read_only) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return unreadable("there is no such file, or no right to reach it");
  if (!S_ISREG(status.st_mode)) return unreadable("it is not a regular file");
  // SQLite takes a file of one byte for an empty one, and would overwrite it.
  if (status.st_size > 0 && status.st_size < kSmallestDatabase) return not_sqlite();
  if (::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0) return unreadable("no right to read the file");
  if (read_only) return {};
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) return unwritable("no right to write the file");
  std::string folder = path.substr(0, path.rfind('/') + 1);
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    return unwritable("no right to write its folder");
  }
  return {};
}

/// The file's real path: later connections must find the same file, wherever the process has moved to by then, and
/// SQLite must not take the name for one of its own, such as a file: URI.
Result<std::string> find_or_create(const Options& options) {
  std::string path = options.path.front() == '/' ? options.path : "./" + options.path;
  struct stat status {};
  bool missing = ::stat(path.c_str(), &status) != 0 && errno == ENOENT;
  if (missing && options.create && !options.read_only) {
    if (auto created = create_file(path); !created) return created.error();
  }
  std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  if (!real) return unreadable("there is no such file, or no right to reach it");
  path = real.get();
  if (auto allowed = check_rights(path, options.read_only); !allowed) return allowed.error();
  return path;
}

Error explain(const Error& error) noexcept {
  if (error.code() == "store_read_only") return unwritable("the file can only be read");
  if (error.code() != "store_corrupt") return error;
  constexpr std::string_view kNotADatabase = "file is not a database";
  return error.reason() == kNotADatabase ? not_sqlite() : error;
}

Result<std::unique_ptr<sql::Database>> open_checked(const Options& options) {
  static std::mutex one_at_a_time;
  std::lock_guard lock(one_at_a_time);
  ConnectionSettings settings{options.path, options.read_only, options.busy_timeout, options.cache_kib,
                              options.mmap_mib};
  if (options.path != ":memory:") {
    auto path = find_or_create(options);
    if (!path) return path.error();
    settings.path = *std::move(path);
  }
  auto database = std::make_unique<SqliteDatabase>(options, settings);
  if (auto looked = database->look_at_file(); !looked) return explain(looked.error());
  return std::unique_ptr<sql::Database>(std::move(database));
}

}  // namespace

Result<std::unique_ptr<sql::Database>> open(const Options& options) noexcept {
  try {
    if (auto valid = check_options(options); !valid) return valid.error();
    return open_checked(options);
  } catch (...) {
    return out_of_memory();
  }
}

}  // namespace watchword::sqlite
