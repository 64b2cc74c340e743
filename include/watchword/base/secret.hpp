#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <watchword/base/bytes.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>

namespace watchword {

/// Overwrites memory in a way that the compiler may not leave out.
WATCHWORD_EXPORT void secure_zero(void* data, std::size_t size) noexcept;

/// True if both hold the same bytes. Takes the same time wherever they differ; their lengths are not secret.
WATCHWORD_EXPORT bool equal_constant_time(ByteView a, ByteView b) noexcept;

/// Secret bytes: zeroed on destruction, moved but never copied by accident, without stream operator or operator==.
class WATCHWORD_EXPORT Secret final {
 public:
  Secret() noexcept = default;
  /// A copy of the bytes. Error: `out_of_memory` (unavailable).
  static Result<Secret> copy_of(ByteView bytes) noexcept;
  /// `size` zero bytes, to be filled through writable(). Error: `out_of_memory` (unavailable).
  static Result<Secret> of_size(std::size_t size) noexcept;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  /// The bytes, valid until this object is moved from, assigned to or destroyed.
  ByteView reveal() const noexcept { return {bytes_, size_}; }
  std::uint8_t* writable() noexcept { return bytes_; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

 private:
  void wipe() noexcept;
  std::uint8_t* bytes_ = nullptr;
  std::size_t size_ = 0;
};

/// A password as somebody typed it: UTF-8, neither normalised nor checked. Past the first service boundary no password
/// travels in another type.
class WATCHWORD_EXPORT Password final {
 public:
  Password() noexcept = default;
  /// Error: `out_of_memory` (unavailable).
  static Result<Password> copy_of(std::string_view typed) noexcept;

  std::string_view reveal() const noexcept { return secret_.reveal().text(); }
  std::size_t size() const noexcept { return secret_.size(); }

 private:
  explicit Password(Secret secret) noexcept : secret_(static_cast<Secret&&>(secret)) {}
  Secret secret_;
};

}  // namespace watchword
