#pragma once

#include <array>
#include <string_view>
#include <utility>

#include <watchword/token/token_issuer.hpp>

namespace watchword {

/// Names of authentication methods in `amr`: RFC 8176 section 2 where it has one.
inline constexpr std::array<std::pair<Assurance::Method, std::string_view>, 5> kMethodNames = {{
    {Assurance::password, "pwd"},
    {Assurance::otp, "otp"},
    {Assurance::hardware_key, "hwk"},
    {Assurance::mail_code, "email"},
    {Assurance::federated, "fed"},
}};

/// `acr` is this and the digit of the level.
inline constexpr std::string_view kLevelPrefix = "aal";
inline constexpr std::uint8_t kMostLevel = 3;

/// 9999-12-31T23:59:59Z, the last NumericDate that is taken.
inline constexpr std::int64_t kMostDate = 253402300799;

/// Error: `token_policy` (misconfigured).
Result<void> check_policy(const TokenPolicy& policy) noexcept;

}  // namespace watchword
