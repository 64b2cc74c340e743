#pragma once

#include <string_view>

#include <sqlite3.h>

#include <watchword/base/error.hpp>

namespace watchword::sqlite {

Error out_of_memory() noexcept;
Error store_unavailable(std::string_view reason) noexcept;
Error store_read_only() noexcept;
/// A defect in a statement or its use.
Error store_statement(std::string_view reason) noexcept;

/// Translates the extended result code of the connection's last call.
Error map_error(sqlite3* connection, int code) noexcept;
/// True where the connection itself may be harmed, so that it must be closed and opened anew.
bool harms_connection(int code) noexcept;
bool is_serialization(const Error& error) noexcept;

}  // namespace watchword::sqlite
