#include <algorithm>

#include "base/base64url.hpp"
#include "json/json.hpp"
#include "token/key_material.hpp"
#include "token/keys.hpp"

namespace watchword {
namespace {

constexpr std::size_t kMostKid = 128;
constexpr std::size_t kLeastSymmetric = 32;
constexpr json::Limits kSetLimits{std::size_t{1024} * 1024, 16};

Error invalid(std::string_view why) noexcept {
  return Error(Errc::misconfigured, "jwks_invalid", "Give a valid JWK Set.").with_reason(why);
}

std::string_view text_of(const json::Value& object, std::string_view name) noexcept {
  const auto* member = object.find(name);
  return member ? member->text().value_or(std::string_view()) : std::string_view();
}

/// The bytes of a base64url member.
Result<Secret> bytes_of(const json::Value& jwk, std::string_view name) {
  std::string_view text = text_of(jwk, name);
  auto bytes = Secret::of_size(base64url::decoded_size(text.size()));
  if (!bytes) return bytes;
  if (text.empty() || !base64url::decode(text, bytes->writable())) {
    return invalid("not base64url: ").with_reason(name);
  }
  return bytes;
}

bool is_kid(std::string_view kid) noexcept {
  return !kid.empty() && kid.size() <= kMostKid &&
         std::all_of(kid.begin(), kid.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool allows_signatures(const json::Value& jwk) noexcept {
  if (jwk.find("use") && text_of(jwk, "use") != "sig") return false;
  const auto* operations = jwk.find("key_ops");
  if (!operations) return true;
  const auto& list = operations->elements();
  return std::any_of(list.begin(), list.end(),
                     [](const auto& op) { return op.text() == "sign" || op.text() == "verify"; });
}

Result<void> add_symmetric(const json::Value& jwk, bool verify_only, TokenKey& key) {
  auto secret = bytes_of(jwk, "k");
  if (!secret) return secret.error();
  if (secret->size() < kLeastSymmetric) return invalid("k is shorter than 32 bytes");
  if (looks_public(secret->reveal())) return invalid("k is the text of a public key");
  if (!verify_only && looks_like_placeholder(secret->reveal())) return invalid("k is a placeholder");
  auto hmac = crypto::HmacKey::create(secret->reveal());
  if (!hmac) return hmac.error();
  key.hmac = *std::move(hmac);
  return {};
}

Result<void> add_private(const json::Value& jwk, crypto::Curve curve, ByteView x, ByteView y, TokenKey& key) {
  if (!jwk.find("d")) return {};
  auto d = bytes_of(jwk, "d");
  if (!d) return d.error();
  auto half = crypto::PrivateKey::create(curve, d->reveal());
  if (!half) return invalid("d is no private key");
  auto own_x = half->x();
  auto own_y = half->y();
  bool fits = equal_constant_time({own_x.data(), own_x.size()}, x) &&
              (y.empty() || equal_constant_time({own_y.data(), own_y.size()}, y));
  if (!fits) return invalid("d and the public key do not belong together");
  key.private_half = *std::move(half);
  return {};
}

Result<void> add_asymmetric(const json::Value& jwk, crypto::Curve curve, TokenKey& key) {
  auto x = bytes_of(jwk, "x");
  if (!x) return x.error();
  bool has_y = curve == crypto::Curve::p256;
  auto y = has_y ? bytes_of(jwk, "y") : Secret::of_size(0);
  if (!y) return y.error();
  ByteView y_view = has_y ? y->reveal() : ByteView();
  auto half = crypto::PublicKey::create(curve, x->reveal(), y_view);
  if (!half) return invalid("x or y is wrong");
  key.public_half = *std::move(half);
  key.x = text_of(jwk, "x");
  if (has_y) key.y = text_of(jwk, "y");
  return add_private(jwk, curve, x->reveal(), y_view, key);
}

std::optional<Algorithm> algorithm_of(const json::Value& jwk) noexcept {
  std::string_view kty = text_of(jwk, "kty"), alg = text_of(jwk, "alg"), crv = text_of(jwk, "crv");
  if (kty == "oct" && alg == "HS256") return Algorithm::hs256;
  if (kty == "OKP" && alg == "EdDSA" && crv == "Ed25519") return Algorithm::eddsa;
  if (kty == "EC" && alg == "ES256" && crv == "P-256") return Algorithm::es256;
  return std::nullopt;
}

Result<TokenKey> read_key(const json::Value& jwk, bool verify_only) {
  if (!jwk.is_object()) return invalid("not an object");
  std::string_view kid = text_of(jwk, "kid"), status = text_of(jwk, "status");
  if (!is_kid(kid)) return invalid("kid is missing, over 128 bytes or not printable");
  auto algorithm = algorithm_of(jwk);
  if (!algorithm) return invalid("kty, crv and alg are not oct HS256, OKP Ed25519 EdDSA or EC P-256 ES256");
  if (!allows_signatures(jwk)) return invalid("use or key_ops is not for signatures");
  if (jwk.find("status") && status != "active" && status != "retired")
    return invalid("status is neither active nor retired");
  TokenKey key(std::string(kid), *algorithm, status == "retired" ? KeyStatus::retired : KeyStatus::active);
  auto added = *algorithm == Algorithm::hs256   ? add_symmetric(jwk, verify_only, key)
               : *algorithm == Algorithm::eddsa ? add_asymmetric(jwk, crypto::Curve::ed25519, key)
                                                : add_asymmetric(jwk, crypto::Curve::p256, key);
  if (!added) return added.error();
  return key;
}

Result<std::vector<TokenKey>> read_set(std::string_view text, bool verify_only) {
  auto set = json::parse(text, kSetLimits);
  if (!set && set.error().kind() != Errc::invalid_input) return set.error();
  if (!set) return invalid("not JSON: ").with_reason(set.error().reason());
  const auto* list = set->find("keys");
  if (!list || list->elements().empty()) return invalid("no member keys, or an empty one");
  std::vector<TokenKey> keys;
  for (const auto& jwk : list->elements()) {
    auto key = read_key(jwk, verify_only);
    std::string where = "key " + std::to_string(keys.size() + 1) + ": ";
    if (!key && key.error().code() != "jwks_invalid") return key.error();
    if (!key) return invalid(where).with_reason(key.error().reason());
    bool known = std::any_of(keys.begin(), keys.end(), [&](const auto& other) { return other.kid == key->kid; });
    if (known) return invalid(where).with_reason("its kid stands for another key too");
    keys.push_back(*std::move(key));
  }
  return keys;
}

void write_public(json::Writer& out, const TokenKey& key) {
  bool edwards = key.algorithm == Algorithm::eddsa;
  out.begin_object().name("kty").text(edwards ? "OKP" : "EC").name("crv").text(edwards ? "Ed25519" : "P-256");
  out.name("x").text(key.x);
  if (!edwards) out.name("y").text(key.y);
  out.name("alg").text(to_string(key.algorithm)).name("use").text("sig").name("kid").text(key.kid).end_object();
}

}  // namespace

Result<KeySet> KeySet::from_jwks(std::string_view json, bool verify_only) noexcept {
  try {
    auto keys = read_set(json, verify_only);
    if (!keys) return keys.error();
    KeySet set = Builder::build(*std::move(keys));
    if (!verify_only && !set.keys().signer()) return invalid("no active key has a private part");
    return set;
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
}

std::string KeySet::public_jwks() const noexcept {
  try {
    json::Writer out;
    out.begin_object().name("keys").begin_array();
    for (const auto& key : keys_->all()) {
      if (key.public_half) write_public(out, key);
    }
    return out.end_array().end_object().take();
  } catch (...) {
    return {};
  }
}

}  // namespace watchword
