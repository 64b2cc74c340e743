#pragma once

#include <string>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>

namespace watchword::sql {

/// What the tables are called. Every name must match [A-Za-z_][A-Za-z0-9_]{0,47}, else open() answers `table_name`
/// (misconfigured); `schema` may be empty.
struct Naming final {
  std::string schema;                 ///< PostgreSQL schema; "" is the connection's own
  std::string users = "users";        ///< the host's table of the specification's seven columns
  std::string prefix = "watchword_";  ///< of all our side tables

  /// `schema.`-qualified users table.
  std::string users_table() const { return qualified(users); }
  /// `schema.`-qualified side table: side("sessions") is watchword_sessions.
  std::string side(const char* name) const { return qualified(prefix + name); }

 private:
  std::string qualified(const std::string& name) const { return schema.empty() ? name : schema + "." + name; }
};

/// Success, or `table_name` (misconfigured), whose reason() says which name is at fault.
WATCHWORD_EXPORT Result<void> check_naming(const Naming& naming) noexcept;

}  // namespace watchword::sql
