#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/secret.hpp>

namespace watchword {

struct PasswordPolicyOptions final {
  std::size_t min_code_points = 8;    ///< 8 to 64 (NIST SP 800-63B-4 asks for 15 where there is no second factor)
  std::size_t max_code_points = 256;  ///< 64 to 1024
  bool refuse_common = true;          ///< the embedded 10,000 commonest
  /// What the host's product and its makers are called, which attackers try first. Compared as own names are.
  std::vector<std::string> product_words = {};
};

/// What a new password must satisfy. No composition rules, no expiry. Immutable; safe from any thread.
class WATCHWORD_EXPORT PasswordPolicy final {
 public:
  static constexpr std::size_t kMaxBytes = 1024;

  /// Errors: `password_policy` (misconfigured: a length out of range, a product word that is not UTF-8);
  /// `out_of_memory` (unavailable).
  static Result<PasswordPolicy> create(const PasswordPolicyOptions& options = {}) noexcept;

  /// `own_names`: the account's user name, address and the address's local part. Compared whole, case-folded.
  /// Lengths are counted in code points of the NFC form. Errors (invalid_input, field "password"): `password_invalid`
  /// (not UTF-8, or holds a NUL), `password_too_short`, `password_too_long`, `password_common`, `password_is_name`,
  /// `password_is_product`.
  Result<void> check(const Password& password, std::initializer_list<std::string_view> own_names) const noexcept;

 private:
  explicit PasswordPolicy(PasswordPolicyOptions options) noexcept
      : options_(static_cast<PasswordPolicyOptions&&>(options)) {}
  PasswordPolicyOptions options_;  ///< its words case-folded
};

}  // namespace watchword
