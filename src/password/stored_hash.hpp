#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <watchword/base/bytes.hpp>

#include "crypto/password_hash.hpp"

namespace watchword::password {

/// The parts of `$argon2id$v=19$m=...,t=...,p=...[,keyid=...]$salt$tag` (PHC string format).
struct Argon2Hash final {
  crypto::Argon2Cost cost;
  std::string_view pepper_id;  ///< "" where no pepper was mixed in; points into what was parsed
  std::array<std::uint8_t, 64> salt_bytes{};
  std::array<std::uint8_t, 64> tag_bytes{};
  std::size_t salt_size = 0;
  std::size_t tag_size = 0;

  ByteView salt() const noexcept { return {salt_bytes.data(), salt_size}; }
  ByteView tag() const noexcept { return {tag_bytes.data(), tag_size}; }
};

/// Whether a cost may be obeyed: m from 8p to 256 MiB, t and p to 16, m * t to 1 GiB.
bool is_bounded(const crypto::Argon2Cost& cost) noexcept;

/// 1 to 16 of [a-z0-9].
bool is_pepper_id(std::string_view id) noexcept;

/// Strict: one spelling of each value, bounded cost, salts of 8 to 64 bytes, tags of 16 to 64. Nothing for any other
/// string.
std::optional<Argon2Hash> parse_argon2(std::string_view stored) noexcept;

std::string format_argon2(const Argon2Hash& hash);

/// A well-formed $2a$, $2b$ or $2y$ string of cost 4 to 16.
bool is_bcrypt(std::string_view stored) noexcept;

}  // namespace watchword::password
