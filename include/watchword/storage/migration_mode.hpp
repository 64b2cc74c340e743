#pragma once

#include <cstdint>

namespace watchword::sql {

enum class MigrationMode : std::uint8_t {
  automatic,   ///< run what is missing
  check_only,  ///< refuse with `schema_outdated` (misconfigured) if anything is missing
};

}  // namespace watchword::sql
