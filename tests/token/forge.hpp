#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <watchword/token/token_issuer.hpp>
#include <watchword/token/token_verifier.hpp>

#include "base/base64url.hpp"
#include "crypto/digest.hpp"
#include "json/json.hpp"
#include "support/seeded_rng.hpp"

namespace watchword::test {

inline constexpr std::string_view kSecret = "vXq3pZ8nR2tY6wL0sD4fG7hJ9kM1bC5xA";
inline constexpr std::string_view kOldSecret = "uPq9oI8uY7tR6eW5qA4sD3fG2hJ1kL0zX";
inline const Timestamp kNow = Timestamp::from_seconds(1767225600);

inline Secret secret_of(std::string_view text) { return *Secret::copy_of(text); }

inline KeySet keys() { return *KeySet::from_secret(secret_of(kSecret), {}); }

inline TokenVerifier verifier(TokenPolicy policy = {}) { return *TokenVerifier::create(keys(), std::move(policy)); }

inline AccessClaims claims() {
  AccessClaims claims;
  claims.user = UserId(4711);
  claims.session = *SessionId::parse("000102030405060708090a0b0c0d0e0f");
  claims.epoch = 1767225600123;
  claims.assurance = {Assurance::password | Assurance::otp, kNow - Lifetime::minutes(5), 2};
  return claims;
}

inline AccessToken issue(const AccessClaims& what = claims(), const TokenPolicy& policy = {}, Timestamp now = kNow) {
  SeededRng rng;
  return *(*make_jwt_issuer(keys(), policy, rng))->issue(what, now);
}

/// Anything at all as a token with a good HS256 signature by `secret`.
inline std::string sealed(std::string_view header, std::string_view payload, std::string_view secret = kSecret) {
  std::string text = base64url::encode(header) + '.' + base64url::encode(payload);
  auto mac = crypto::HmacKey::create(secret)->mac(std::string_view(text));
  return text + '.' + base64url::encode(ByteView(mac.data(), mac.size()));
}

/// The parts of a token, decoded.
inline std::string part(std::string_view token, int index) {
  for (int i = 0; i < index; ++i) token.remove_prefix(token.find('.') + 1);
  token = token.substr(0, token.find('.'));
  std::string bytes(base64url::decoded_size(token.size()), '\0');
  (void)base64url::decode(token, reinterpret_cast<std::uint8_t*>(bytes.data()));
  return bytes;
}

inline std::string good_header() { return part(issue().value, 0); }

/// A JSON object whose members can be replaced, added and left out.
class Forgery final {
 public:
  explicit Forgery(std::vector<std::pair<std::string, std::string>> members) : members_(std::move(members)) {}
  Forgery set(std::string_view name, std::string_view json) const {
    Forgery changed = without(name);
    changed.members_.emplace_back(name, json);
    return changed;
  }
  /// Also where the name is there already.
  Forgery add(std::string_view name, std::string_view json) const {
    Forgery changed = *this;
    changed.members_.emplace_back(name, json);
    return changed;
  }
  Forgery without(std::string_view name) const {
    Forgery changed({});
    for (const auto& member : members_) {
      if (member.first != name) changed.members_.push_back(member);
    }
    return changed;
  }
  std::string text() const {
    json::Writer out;
    out.begin_object();
    for (const auto& [name, value] : members_) out.name(name).raw(value);
    return out.end_object().take();
  }

 private:
  std::vector<std::pair<std::string, std::string>> members_;
};

inline Forgery header() {
  auto kid = json::parse(good_header());
  return Forgery(
      {{"alg", R"("HS256")"}, {"kid", '"' + std::string(*kid->find("kid")->text()) + '"'}, {"typ", R"("at+jwt")"}});
}

inline Forgery payload() {
  return Forgery({{"iss", R"("watchword")"},
                  {"sub", R"("4711")"},
                  {"sid", R"("000102030405060708090a0b0c0d0e0f")"},
                  {"jti", R"("0f0e0d0c0b0a09080706050403020100")"},
                  {"iat", "1767225600"},
                  {"exp", "1767227400"},
                  {"ver", "1767225600123"},
                  {"auth_time", "1767225300"},
                  {"amr", R"(["pwd","otp"])"},
                  {"acr", R"("aal2")"}});
}

/// The code of the error, or "accepted".
inline std::string verdict(const TokenVerifier& verifier, std::string_view token, Timestamp now = kNow) {
  auto verified = verifier.verify(token, now);
  return verified ? "accepted" : std::string(verified.error().code());
}

inline std::string verdict_of_payload(const std::string& payload, const TokenPolicy& policy = {},
                                      Timestamp now = kNow) {
  return verdict(verifier(policy), sealed(good_header(), payload), now);
}

inline std::string verdict_of_header(const std::string& header) {
  return verdict(verifier(), sealed(header, payload().text()));
}

}  // namespace watchword::test
