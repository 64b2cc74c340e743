#pragma once

#include <memory>
#include <string_view>

#include <watchword/base/export.hpp>
#include <watchword/base/owned.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/token/key_set.hpp>
#include <watchword/token/token_issuer.hpp>
#include <watchword/token/verified_token.hpp>

namespace watchword {

/// Checks access tokens without storage: what a resource server needs that shares keys with the issuer. Immutable; safe
/// to use from any thread without a lock; verify() of an HS256 token allocates nothing and takes no lock.
class WATCHWORD_EXPORT TokenVerifier final {
 public:
  /// Errors (misconfigured): `token_policy`.
  static Result<TokenVerifier> create(KeySet keys, TokenPolicy policy) noexcept;
  TokenVerifier(TokenVerifier&&) noexcept;
  TokenVerifier& operator=(TokenVerifier&&) noexcept;
  ~TokenVerifier();

  /// Either all claims, or one error and no claims. In this order: size; three parts; header (typ `at+jwt`, a known kid
  /// whose key's algorithm equals `alg` byte for byte, no `crit`, `b64` or `zip`; other parameters carry no keys here
  /// and are ignored); signature over the bytes received; payload (strict JSON, no duplicate names, the exact types);
  /// iss, aud; times. exp <= now is expired. Errors (unauthenticated): `token_malformed`, `token_key_unknown`,
  /// `token_algorithm`, `token_signature`, `token_claims`, `token_issuer`, `token_audience`, `token_expired`,
  /// `token_not_yet_valid`; and `out_of_memory` (unavailable), which says nothing about the token.
  Result<VerifiedToken> verify(std::string_view token, Timestamp now) const noexcept;

 private:
  class Impl;
  explicit TokenVerifier(std::unique_ptr<Impl> impl) noexcept;
  Owned<Impl> impl_;
};

/// Also for other signed texts than access tokens, and for the published vectors: checks a compact JWS (RFC 7515)
/// against the one key it must be from, and gives the payload's bytes, undecoded as JSON. `typ` must equal the header's
/// exactly; empty means that the header has none or one that does not matter. Errors as above.
WATCHWORD_EXPORT Result<std::string> verify_jws(std::string_view compact, const KeySet& keys,
                                                std::string_view typ) noexcept;

}  // namespace watchword
