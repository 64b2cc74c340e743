#include "token/keys.hpp"

#include "base/base64url.hpp"
#include "json/json.hpp"

namespace watchword {
namespace {

std::string encoded_header(std::string_view kid, Algorithm algorithm) {
  json::Writer header;
  header.begin_object().name("alg").text(to_string(algorithm)).name("kid").text(kid).name("typ").text("at+jwt");
  header.end_object();
  return base64url::encode(std::string_view(header.view()));
}

template <std::size_t N>
ByteView view(const std::array<std::uint8_t, N>& bytes) noexcept {
  return {bytes.data(), N};
}

template <std::size_t N>
bool decode_exactly(std::string_view text, std::array<std::uint8_t, N>& out) noexcept {
  return text.size() == base64url::encoded_size(N) && base64url::decode(text, out.data());
}

}  // namespace

TokenKey::TokenKey(std::string kid_, Algorithm algorithm_, KeyStatus status_)
    : kid(std::move(kid_)), algorithm(algorithm_), status(status_), header(encoded_header(kid, algorithm)) {}

bool TokenKey::verify(std::string_view signed_text, std::string_view signature) const noexcept {
  if (hmac) {
    crypto::Digest mac;
    return decode_exactly(signature, mac) && hmac->verify(signed_text, view(mac));
  }
  crypto::Signature bytes;
  return public_half && decode_exactly(signature, bytes) && public_half->verify(signed_text, view(bytes));
}

Result<void> TokenKey::append_signature(std::string& signed_text) const {
  std::string signature;
  if (hmac) {
    signature = base64url::encode(view(hmac->mac(std::string_view(signed_text))));
  } else {
    auto bytes = private_half->sign(std::string_view(signed_text));
    if (!bytes) return bytes.error();
    signature = base64url::encode(view(*bytes));
  }
  signed_text += '.';
  signed_text += signature;
  return {};
}

const TokenKey* KeySet::Keys::find(std::string_view kid) const noexcept {
  for (const auto& key : all_) {
    if (key.kid == kid) return &key;
  }
  return nullptr;
}

const TokenKey* KeySet::Keys::find_header(std::string_view header) const noexcept {
  for (const auto& key : all_) {
    if (key.header == header) return &key;
  }
  return nullptr;
}

const TokenKey* KeySet::Keys::signer() const noexcept {
  for (const auto& key : all_) {
    if (key.status == KeyStatus::active && key.can_sign()) return &key;
  }
  return nullptr;
}

KeySet KeySet::Builder::build(std::vector<TokenKey> keys) {
  return KeySet(std::make_shared<const Keys>(std::move(keys)));
}

}  // namespace watchword
