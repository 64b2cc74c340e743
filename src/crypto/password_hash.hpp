#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <watchword/base/bytes.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>

namespace watchword::crypto {

struct Argon2Cost final {
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
  std::uint32_t lanes = 1;
};

/// Memory that Argon2 may fill: at least memory_kib KiB, aligned to 64. Wiped when the hash is done.
struct Argon2Memory final {
  void* data = nullptr;
  std::size_t size = 0;
};

/// To be called once before the first hash, at a time when there is memory. Error: `out_of_memory` (unavailable).
WATCHWORD_EXPORT Result<void> prepare_argon2id() noexcept;

/// Argon2id version 0x13 (RFC 9106). The caller has bounded the cost. `memory` may be empty: then it is allocated for
/// the call. Two sources implement it, chosen by the build: argon2_libargon2.cpp and argon2_botan.cpp (which always
/// allocates). Error: `out_of_memory` (unavailable).
WATCHWORD_EXPORT Result<void> argon2id(const Argon2Cost& cost, ByteView password, ByteView salt, Argon2Memory memory,
                                       std::uint8_t* tag, std::size_t tag_size) noexcept;

/// The general Argon2id function with secret key and associated data, for RFC 9106's vectors.
WATCHWORD_EXPORT Result<void> argon2id_keyed(const Argon2Cost& cost, ByteView password, ByteView salt, ByteView key,
                                             ByteView data, std::uint8_t* tag, std::size_t tag_size) noexcept;

/// Whether `password` matches a well-formed $2a$, $2b$ or $2y$ string whose cost the caller has bounded. False for
/// passwords over 72 bytes or with a NUL: bcrypt would ignore what follows, or repeat the key. Error: `out_of_memory`
/// (unavailable).
WATCHWORD_EXPORT Result<bool> bcrypt_matches(std::string_view password, std::string_view stored) noexcept;

}  // namespace watchword::crypto
