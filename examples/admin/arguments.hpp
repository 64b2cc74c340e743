#pragma once

#include <optional>
#include <string>
#include <vector>

#include <watchword/base/result.hpp>

namespace admin {

/// The command line, taken apart: watchword-admin [--database URL] [--json] COMMAND [arguments] [--options].
struct Arguments final {
  std::string database_url;  ///< --database, else DATABASE_URL
  std::string command;
  std::vector<std::string> rest;
  bool json = false;
  bool dry_run = false;
  bool help = false;
};

/// Error: `usage` (invalid_input).
watchword::Result<Arguments> parse_arguments(int argc, char** argv);

extern const char* const kUsage;

}  // namespace admin
