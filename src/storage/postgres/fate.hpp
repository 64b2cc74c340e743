#pragma once

#include <cstdint>

#include "storage/postgres/connection.hpp"

namespace watchword::postgres {

enum class Fate : std::uint8_t {
  committed,
  not_committed,
  unknown,     ///< so far
  unknowable,  ///< for good
};

/// What became of a transaction whose commit was sent and not answered. `committed` only if it is as durable as an
/// answered commit would be, standbys included. May throw std::bad_alloc.
Fate ask_for_fate(Connection& connection, const TransactionMark& mark);

}  // namespace watchword::postgres
