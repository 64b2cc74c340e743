#pragma once

#include <watchword/base/result.hpp>
#include <watchword/base/secret.hpp>

namespace watchword::password {

/// A password that may be hashed: at most 1024 bytes of UTF-8 without NUL, with its NFC.
class TypedPassword final {
 public:
  /// Views `password`, which must outlive this. Errors: `password_too_long`, `password_invalid` (invalid_input),
  /// `out_of_memory` (unavailable).
  static Result<TypedPassword> create(const Password& password) noexcept;

  ByteView nfc() const noexcept { return nfc_.reveal(); }
  ByteView as_typed() const noexcept { return typed_; }
  bool is_nfc() const noexcept { return nfc_.reveal().text() == typed_.text(); }
  std::size_t code_points() const noexcept { return code_points_; }

 private:
  TypedPassword(ByteView typed, Secret nfc, std::size_t code_points) noexcept;
  ByteView typed_;
  Secret nfc_;
  std::size_t code_points_;
};

Error password_too_long() noexcept;

}  // namespace watchword::password
