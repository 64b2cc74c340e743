#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <watchword/base/export.hpp>
#include <watchword/base/id.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/secret.hpp>
#include <watchword/base/time.hpp>
#include <watchword/token/claims.hpp>

namespace watchword::session {

enum class Rotation : std::uint8_t {
  on_use,  ///< every refresh gives a new refresh token and notices the reuse of an old one
  never,   ///< for clients that ignore the new one: 7 days after login it ends; reuse cannot be noticed
};

/// The longest life that a TokenPolicy can give a token, the most leeway, and a minute. Not what this process gives its
/// own: others, or this one before its last restart, may have issued longer-lived ones.
inline constexpr Lifetime kRevocationLife = Lifetime::hours(24) + Lifetime::seconds(60) + Lifetime::seconds(60);

struct SessionPolicy final {
  Rotation rotation = Rotation::on_use;
  Lifetime refresh_lifetime = Lifetime::days(7);   ///< of one refresh token; 1 minute to 90 days
  Lifetime session_lifetime = Lifetime::days(90);  ///< of the session, whatever is refreshed; up to 400 days
  Lifetime retry_window = Lifetime::seconds(30);   ///< in which a retry gets the same successor; 0 to 5 minutes
  int rotations_per_hour = 60;                     ///< for each session; 1 to 3600

  /// Until when a revocation is kept.
  static Timestamp revocation_expiry(Timestamp now) noexcept { return now + kRevocationLife; }
};

/// A key that refresh successors are derived with; the first of a list derives, all of them re-derive.
struct RefreshKey final {
  std::string id;  ///< 1 to 32 printable characters of ASCII, stored with what it derived
  Secret key;      ///< 32 bytes
};

/// Port: the host's own claims, asked for at each issue of an access token. Must not block or throw. At most 1 KiB in
/// all; reserved names are refused (TokenIssuer).
class WATCHWORD_EXPORT ExtraClaims {
 public:
  virtual ~ExtraClaims();
  virtual Result<std::vector<ExtraClaim>> claims_for(UserId user, SessionId session) noexcept = 0;

 protected:
  ExtraClaims() = default;
  ExtraClaims(const ExtraClaims&) = delete;
  ExtraClaims& operator=(const ExtraClaims&) = delete;
};

}  // namespace watchword::session
