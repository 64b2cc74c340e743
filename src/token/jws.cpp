#include "token/jws.hpp"

#include <string>

#include <watchword/token/token_verifier.hpp>

#include "base/base64url.hpp"
#include "json/json.hpp"
#include "token/refusal.hpp"

namespace watchword {
namespace {

constexpr std::size_t kMostJws = 8192;
constexpr std::size_t kMostKid = 128;

Result<std::string> decoded(std::string_view text) {
  std::string bytes(base64url::decoded_size(text.size()), '\0');
  if (!base64url::decode(text, reinterpret_cast<std::uint8_t*>(bytes.data()))) {
    return refuse_token("token_malformed", "base64url");
  }
  return bytes;
}

Result<const TokenKey*> key_named(const json::Value& header, const KeySet::Keys& keys, bool kid_required) {
  const auto* kid = header.find("kid");
  if (!kid && !kid_required && keys.all().size() == 1) return &keys.all().front();
  if (!kid) return refuse_token("token_key_unknown", "no kid");
  auto name = kid->text();
  if (!name) return refuse_token("token_malformed", "kid is no text");
  const auto* key = name->size() <= kMostKid ? keys.find(*name) : nullptr;
  if (!key) return refuse_token("token_key_unknown", "no key of this kid");
  return key;
}

}  // namespace

Result<JwsParts> split_jws(std::string_view token, std::size_t max_size) noexcept {
  if (token.empty() || token.size() > max_size) return refuse_token("token_malformed", "size");
  std::size_t first = token.find('.');
  if (first == std::string_view::npos) return refuse_token("token_malformed", "no parts");
  std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return refuse_token("token_malformed", "not three parts");
  }
  return JwsParts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
                  token.substr(0, second)};
}

Result<const TokenKey*> select_key(std::string_view encoded, const KeySet::Keys& keys, const JwsExpectation& expected) {
  auto text = decoded(encoded);
  if (!text) return text.error();
  auto header = json::parse(*text);
  if (!header) return refuse_json("token_malformed", "header: ", header.error());
  if (!header->is_object()) return refuse_token("token_malformed", "header is no object");
  // RFC 7515 section 4.1.11, RFC 7797, RFC 7516 section 4.1.3: they change what is signed or how it is read.
  for (std::string_view name : {"crit", "b64", "zip"}) {
    if (header->find(name)) return refuse_token("token_malformed", name);
  }
  const auto* typ = header->find("typ");
  if (!expected.typ.empty() && (!typ || typ->text() != expected.typ)) return refuse_token("token_malformed", "typ");
  auto key = key_named(*header, keys, expected.kid_required);
  if (!key) return key;
  const auto* alg = header->find("alg");
  if (!alg || alg->text() != to_string((*key)->algorithm)) {
    return refuse_token("token_algorithm", "alg is not that of the key");
  }
  return key;
}

Result<std::string> verify_jws(std::string_view compact, const KeySet& keys, std::string_view typ) noexcept {
  try {
    auto parts = split_jws(compact, kMostJws);
    if (!parts) return parts.error();
    auto key = select_key(parts->header, keys.keys(), {typ, false});
    if (!key) return key.error();
    if (!(*key)->verify(parts->signed_text, parts->signature)) return refuse_token("token_signature", "signature");
    return decoded(parts->payload);
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
}

}  // namespace watchword
