#pragma once

#include <string_view>

#include <libpq-fe.h>

#include <watchword/base/result.hpp>

namespace watchword::postgres {

Error out_of_memory() noexcept;
/// `store_unavailable`; nothing was written.
Error store_unavailable(std::string_view reason) noexcept;
Error store_read_only() noexcept;
/// `store_statement`: a defect in the statement or its values.
Error store_statement(std::string_view reason) noexcept;
/// The runner makes every decision anew.
Error store_serialization(std::string_view reason) noexcept;
Error outcome_unknown(std::string_view reason) noexcept;

/// The error of a statement that the server refused. Of what the server says only its codes and the names of tables,
/// columns and constraints are kept, since its texts may hold values.
Error map_error(const PGresult* result) noexcept;

bool is_serialization(const Error& error) noexcept;

/// Whether a connection that saw this SQLSTATE should not be used again: the server is going, or may no longer be
/// written, or what the connection has prepared is out of date.
bool harms_connection(std::string_view sqlstate) noexcept;

std::string_view sqlstate_of(const PGresult* result) noexcept;

}  // namespace watchword::postgres
