#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <watchword/base/bytes.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/secret.hpp>

namespace watchword {

enum class Algorithm : std::uint8_t { hs256, eddsa, es256 };

/// RFC 7518 / RFC 8037 name: "HS256", "EdDSA", "ES256".
constexpr const char* to_string(Algorithm a) noexcept {
  return a == Algorithm::hs256 ? "HS256" : a == Algorithm::eddsa ? "EdDSA" : "ES256";
}

enum class KeyStatus : std::uint8_t {
  active,   ///< signs (the first active one does) and verifies
  retired,  ///< only verifies
};

/// Keys for access tokens, each bound to one algorithm and named by a `kid`. Immutable once made; copies share the
/// keys. Safe to use from many threads.
class WATCHWORD_EXPORT KeySet final {
 public:
  class Builder;

  /// The specification's configuration: HS256 with the bytes of SECRET_KEY, and SECRET_KEY_PREVIOUS (may be empty) that
  /// only verifies. The kid is derived from the key's digest. Errors (misconfigured): `secret_key_short` for under 32
  /// bytes, `secret_key_placeholder` for the specification's example value and its likes ("change-me"...),
  /// `secret_key_public` for text that is a public key (PEM, SSH, JWK), whatever white space or BOM stands before it.
  static Result<KeySet> from_secret(const Secret& secret_key, const Secret& previous) noexcept;

  /// A JWK Set (RFC 7517): kty oct (HS256, 32 bytes or more), OKP Ed25519, EC P-256. `alg` and `kid` are required in
  /// each key and `alg` must fit its kty and curve; "use" if present must be "sig"; "status":"retired" marks a key that
  /// only verifies; a key without private part only verifies. At least one must be able to sign unless `verify_only`,
  /// which also takes symmetric keys that from_secret() would call placeholders, since their issuer chose them.
  /// Errors (misconfigured): `jwks_invalid`; its reason names the key's position and what is wrong, never key material.
  static Result<KeySet> from_jwks(std::string_view json, bool verify_only = false) noexcept;

  /// The public keys as a JWK Set; symmetric keys are left out. May throw std::bad_alloc only inside: answers "" then.
  std::string public_jwks() const noexcept;

  KeySet(const KeySet&) noexcept;
  KeySet(KeySet&&) noexcept;
  KeySet& operator=(const KeySet&) noexcept;
  KeySet& operator=(KeySet&&) noexcept;
  ~KeySet();

  /// Not for callers: the keys themselves, src/token/keys.hpp.
  class Keys;
  const Keys& keys() const noexcept { return *keys_; }

 private:
  explicit KeySet(std::shared_ptr<const Keys> keys) noexcept;
  std::shared_ptr<const Keys> keys_;
};

}  // namespace watchword
