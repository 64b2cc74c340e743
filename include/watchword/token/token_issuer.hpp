#pragma once

#include <memory>
#include <string>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/rng.hpp>
#include <watchword/base/secret.hpp>
#include <watchword/base/time.hpp>
#include <watchword/token/claims.hpp>
#include <watchword/token/key_set.hpp>

namespace watchword {

/// An access token as it goes to its client.
struct AccessToken final {
  std::string value;
  TokenId id;
  Timestamp expires_at;
  Lifetime lifetime;  ///< from its issue to its expiry
};

/// What issuer and verifier must agree upon.
struct TokenPolicy final {
  std::string issuer = "watchword";                  ///< claim `iss`, compared exactly; not empty
  std::string audience;                              ///< claim `aud`; "": tokens carry none, and one with it is refused
  Lifetime access_lifetime = Lifetime::minutes(30);  ///< 1 second to 24 hours
  Lifetime leeway = Lifetime::seconds(0);            ///< for exp, nbf and iat; 0 to 60 seconds
  std::size_t max_size = 2048;                       ///< bytes of a token, 256 to 8192
};

/// Port: makes access tokens. Safe to use from any thread.
class WATCHWORD_EXPORT TokenIssuer {
 public:
  virtual ~TokenIssuer();
  /// Errors: `claim_reserved` (misconfigured: an extra claim would overwrite one of ours: iss sub aud exp nbf iat jti
  /// sid ver auth_time amr acr typ), `claim_invalid` (misconfigured: an extra claim's JSON is malformed or
  /// its name is not 1 to 64 printable ASCII characters, or a claim of ours is one that no verifier would accept: no
  /// user, a negative epoch, a level outside 1 to 3, a time before 1970), `token_too_large` (misconfigured), those of
  /// the Rng.
  virtual Result<AccessToken> issue(const AccessClaims& claims, Timestamp now) noexcept = 0;

 protected:
  TokenIssuer() = default;
  TokenIssuer(const TokenIssuer&) = delete;
  TokenIssuer& operator=(const TokenIssuer&) = delete;
};

/// A TokenIssuer that signs JWTs (RFC 7519, header typ `at+jwt` as in RFC 9068) with the set's first active key.
/// `rng` must outlive it. Errors (misconfigured): `token_policy`, `no_signing_key`.
WATCHWORD_EXPORT Result<std::unique_ptr<TokenIssuer>> make_jwt_issuer(KeySet keys, TokenPolicy policy,
                                                                      Rng& rng) noexcept;

}  // namespace watchword
