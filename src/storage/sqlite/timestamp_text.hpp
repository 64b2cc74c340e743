#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <watchword/base/time.hpp>

/// Moments as SQLAlchemy keeps them in SQLite: text that sorts as the moments do.
namespace watchword::sqlite {

struct TimestampText final {
  std::array<char, 26> characters;
  std::size_t size = 0;
  std::string_view view() const noexcept { return {characters.data(), size}; }
};

/// "YYYY-MM-DD HH:MM:SS", and ".ffffff" where there are microseconds. Clamped to the years 0000 to 9999.
TimestampText format_timestamp(Timestamp t) noexcept;

/// Reads the above, also with a 'T' between, 1 to 9 digits of fraction, a trailing 'Z', or the date alone. False if it
/// is none of these.
bool parse_timestamp(std::string_view text, Timestamp& out) noexcept;

/// An integer as seconds, milliseconds or microseconds since 1970, told apart by its size.
Timestamp timestamp_of_integer(std::int64_t n) noexcept;

}  // namespace watchword::sqlite
