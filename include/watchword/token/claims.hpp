#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <watchword/base/id.hpp>
#include <watchword/base/time.hpp>

namespace watchword {

/// How somebody signed in: kept in the session and put into its tokens.
struct Assurance final {
  /// Authentication methods (RFC 8176), as bits: a session may have several.
  enum Method : std::uint32_t { password = 1, otp = 2, hardware_key = 4, mail_code = 8, federated = 16 };
  std::uint32_t methods = password;
  Timestamp authenticated_at;
  /// 1 for one factor, 2 for two (NIST SP 800-63B's AAL).
  std::uint8_t level = 1;
};

/// An extra claim of the host's, from Options::extra_claims.
struct ExtraClaim final {
  std::string name;
  std::string json;  ///< the value as JSON text
};

/// What an access token is to say. Times are written in whole seconds (NumericDate, RFC 7519 section 2).
struct AccessClaims final {
  UserId user;
  SessionId session;
  /// The user's epoch: tokens of an earlier one end when it rises. Claim `ver`.
  std::int64_t epoch = 0;
  Assurance assurance;
  /// The token expires then at the latest, however long the policy lets it live: its session's end.
  std::optional<Timestamp> not_after;
  std::vector<ExtraClaim> extra;
};

}  // namespace watchword
