#include <cstring>

#include <watchword/token/opaque_token.hpp>

#include "base/base64url.hpp"
#include "crypto/digest.hpp"
#include "token/refusal.hpp"

namespace watchword {
namespace {

using SecretBytes = std::array<std::uint8_t, OpaqueToken::kSecretSize>;

constexpr std::size_t kEncoded = base64url::encoded_size(OpaqueToken::kSecretSize);

}  // namespace

Result<OpaqueToken> OpaqueToken::generate(Literal prefix, Rng& rng) noexcept {
  SecretBytes bytes{};
  auto filled = rng.fill(bytes.data(), bytes.size());
  if (!filled) return filled.error();
  auto token = from_secret(prefix, bytes);
  secure_zero(bytes.data(), bytes.size());
  return token;
}

Result<OpaqueToken> OpaqueToken::from_secret(Literal prefix, const SecretBytes& secret) noexcept {
  std::size_t prefix_size = std::strlen(prefix.c_str());
  auto text = Secret::of_size(prefix_size + kEncoded);
  if (!text) return text.error();
  char* out = reinterpret_cast<char*>(text->writable());
  std::memcpy(out, prefix.c_str(), prefix_size);
  base64url::encode({secret.data(), secret.size()}, out + prefix_size);
  return OpaqueToken(*std::move(text));
}

Result<OpaqueToken> OpaqueToken::parse(Literal prefix, std::string_view text) noexcept {
  std::string_view expected = prefix.c_str();
  bool shaped = text.size() == expected.size() + kEncoded && text.substr(0, expected.size()) == expected;
  SecretBytes bytes{};
  bool spelt = shaped && base64url::decode(text.substr(expected.size()), bytes.data());
  secure_zero(bytes.data(), bytes.size());
  if (!spelt) return refuse_token("token_malformed", "opaque token");
  auto copy = Secret::copy_of(text);
  if (!copy) return copy.error();
  return OpaqueToken(*std::move(copy));
}

TokenDigest OpaqueToken::digest() const noexcept { return TokenDigest(crypto::sha256(text_.reveal())); }

}  // namespace watchword
