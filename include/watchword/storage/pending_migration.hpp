#pragma once

#include <string>

namespace watchword::sql {

/// A step of a feature's schema that a database lacks.
struct PendingMigration final {
  std::string feature;
  int version = 0;
};

}  // namespace watchword::sql
