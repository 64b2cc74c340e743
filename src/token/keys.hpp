#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <watchword/token/key_set.hpp>

#include "crypto/digest.hpp"
#include "crypto/signature.hpp"

namespace watchword {

/// A key and the one algorithm that it may be used with.
struct TokenKey final {
  /// May throw std::bad_alloc.
  TokenKey(std::string kid_, Algorithm algorithm_, KeyStatus status_);

  bool can_sign() const noexcept { return hmac || private_half; }
  /// Whether `signature` is what the third part of a JWS over `signed_text` must be, in its one spelling.
  bool verify(std::string_view signed_text, std::string_view signature) const noexcept;
  /// Appends the third part. Error: `signing_failed` (internal). May throw std::bad_alloc.
  Result<void> append_signature(std::string& signed_text) const;

  std::string kid;
  Algorithm algorithm;
  KeyStatus status;
  /// The first part, encoded, of each access token that is signed by this key.
  std::string header;
  std::optional<crypto::HmacKey> hmac;
  std::optional<crypto::PublicKey> public_half;
  std::optional<crypto::PrivateKey> private_half;
  /// The public coordinates in base64url; "" where the algorithm has none.
  std::string x;
  std::string y;
};

class KeySet::Keys final {
 public:
  explicit Keys(std::vector<TokenKey> keys) noexcept : all_(std::move(keys)) {}
  const std::vector<TokenKey>& all() const noexcept { return all_; }
  const TokenKey* find(std::string_view kid) const noexcept;
  /// The key whose access tokens begin with this encoded header.
  const TokenKey* find_header(std::string_view header) const noexcept;
  /// The first active key that can sign; null where there is none.
  const TokenKey* signer() const noexcept;

 private:
  std::vector<TokenKey> all_;
};

class KeySet::Builder final {
 public:
  /// May throw std::bad_alloc.
  static KeySet build(std::vector<TokenKey> keys);
};

}  // namespace watchword
