#pragma once

#include <string>
#include <string_view>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>

namespace watchword::account {

/// One e-mail address by the practical subset of RFC 5321, 5322 and 6531: a dot-atom local part (no quotes, no
/// comments), a domain name with a dot, IDN accepted; at most 64 bytes before the @ and 254 in all, also with the
/// domain in A-labels. Controls, invisible characters and compatibility forms (full-width letters, ligatures) are
/// refused.
class WATCHWORD_EXPORT EmailAddress final {
 public:
  /// Bytes of the longest spelling of any permitted address; what is longer is refused unread.
  static constexpr std::size_t kMaxTyped = 1024;
  /// Normalises first and validates after. Errors (invalid_input, field "email"): `email_invalid`, `email_too_long`;
  /// `out_of_memory` (unavailable).
  static Result<EmailAddress> parse(std::string_view typed) noexcept;
  /// As mail goes to it: NFC, otherwise as typed.
  const std::string& stored() const noexcept { return stored_; }
  /// What uniqueness is judged by: NFC, local part case-folded, domain in A-labels and lower case.
  const std::string& key() const noexcept { return key_; }

 private:
  std::string stored_;
  std::string key_;
};

/// A user name by rules in the manner of PRECIS UsernameCaseMapped (RFC 8265): 3 to 32 code points, letters, marks,
/// decimal digits and `-` `.` `_` with at least one letter or digit; so no white space, controls, `@`, symbols or
/// invisible characters; no compatibility forms, no mixture of confusable scripts, of writing
/// directions (RFC 5893) or of digits of different scripts.
class WATCHWORD_EXPORT UserName final {
 public:
  /// Errors (invalid_input, field "username"): `username_invalid`, `username_too_short`, `username_too_long`;
  /// `out_of_memory` (unavailable).
  static Result<UserName> parse(std::string_view typed) noexcept;
  /// As it is shown: NFC, otherwise as typed.
  const std::string& stored() const noexcept { return stored_; }
  /// What uniqueness is judged by: NFKC, case-folded.
  const std::string& key() const noexcept { return key_; }

 private:
  std::string stored_;
  std::string key_;
};

/// What somebody types to sign in: an address or a user name, also one that an older system allowed. Both keys are
/// always there: look up one, then the other.
class WATCHWORD_EXPORT LoginName final {
 public:
  /// Whatever an account could be registered with can be typed again.
  static constexpr std::size_t kMaxTyped = EmailAddress::kMaxTyped;
  /// Errors: `credentials_invalid` (unauthenticated): not UTF-8, with a NUL, empty or too long, so nobody's;
  /// `out_of_memory` (unavailable).
  static Result<LoginName> parse(std::string_view typed) noexcept;
  /// True if addresses are to be looked up first: the text holds an `@`.
  bool address_first() const noexcept { return address_first_; }
  const std::string& email_key() const noexcept { return email_key_; }
  const std::string& username_key() const noexcept { return username_key_; }
  /// The bytes as typed.
  const std::string& typed() const noexcept { return typed_; }

 private:
  bool address_first_ = false;
  std::string email_key_;
  std::string username_key_;
  std::string typed_;
};

/// Canonical keys of names that another system stored, which may break the rules above. Total for well-formed UTF-8
/// (where a domain cannot be converted the case-folded text stands in for it), and equal to key() for names that keep
/// the rules. Errors: `name_malformed` (invalid_input: not UTF-8), `out_of_memory` (unavailable).
WATCHWORD_EXPORT Result<std::string> key_of_stored_email(std::string_view stored) noexcept;
WATCHWORD_EXPORT Result<std::string> key_of_stored_username(std::string_view stored) noexcept;

}  // namespace watchword::account
