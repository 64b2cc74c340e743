#include <algorithm>

#include <watchword/token/token_issuer.hpp>

#include "base/base64url.hpp"
#include "json/json.hpp"
#include "token/keys.hpp"
#include "token/policy.hpp"
#include "token/raw_claims.hpp"

namespace watchword {
namespace {

constexpr std::size_t kMostExtraName = 64;

Error misuse(Literal code, Literal message, std::string_view reason) noexcept {
  return Error(Errc::misconfigured, code, message).with_reason(reason);
}

Error invalid_claim(std::string_view reason) noexcept {
  return misuse("claim_invalid", "A claim of the access token is not valid.", reason);
}

Result<void> check_json(std::string_view text, std::string_view reason) noexcept {
  auto value = json::parse(text);
  if (value) return {};
  return value.error().kind() == Errc::invalid_input ? invalid_claim(reason) : value.error();
}

Result<void> check_extra(const ExtraClaim& extra) noexcept {
  if (claim_named(extra.name) || extra.name == "typ") {
    return misuse("claim_reserved", "An extra claim has a name that is taken.", extra.name);
  }
  bool printable = std::all_of(extra.name.begin(), extra.name.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (extra.name.empty() || extra.name.size() > kMostExtraName || !printable) return invalid_claim("name");
  return check_json(extra.json, extra.name);
}

Result<void> check_claims(const AccessClaims& claims, Timestamp now, Timestamp expires_at) noexcept {
  const auto& assurance = claims.assurance;
  if (claims.user.value() < 1) return invalid_claim("user");
  if (claims.epoch < 0) return invalid_claim("epoch");
  if (assurance.level < 1 || assurance.level > kMostLevel) return invalid_claim("level");
  if (assurance.authenticated_at.seconds() < 0 || assurance.authenticated_at.seconds() > kMostDate) {
    return invalid_claim("auth_time");
  }
  if (now.seconds() < 0 || expires_at.seconds() > kMostDate) return invalid_claim("time");
  for (const auto& extra : claims.extra) {
    auto checked = check_extra(extra);
    if (!checked) return checked;
  }
  return {};
}

void write_assurance(json::Writer& out, const Assurance& assurance) {
  out.name("auth_time").integer(assurance.authenticated_at.seconds()).name("amr").begin_array();
  for (const auto& [method, name] : kMethodNames) {
    if (assurance.methods & method) out.text(name);
  }
  out.end_array().name("acr").text(std::string(kLevelPrefix) + static_cast<char>('0' + assurance.level));
}

class JwtIssuer final : public TokenIssuer {
 public:
  JwtIssuer(KeySet keys, TokenPolicy policy, Rng& rng) noexcept
      : keys_(std::move(keys)), key_(*keys_.keys().signer()), policy_(std::move(policy)), rng_(rng) {}

  Result<AccessToken> issue(const AccessClaims& claims, Timestamp now) noexcept override {
    try {
      const Timestamp end = end_of(claims, now);
      auto checked = check_claims(claims, now, end);
      if (!checked) return checked.error();
      auto id = TokenId::generate(rng_);
      if (!id) return id.error();
      return sign(claims, *id, now, end);
    } catch (...) {
      return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
    }
  }

 private:
  Timestamp end_of(const AccessClaims& claims, Timestamp now) const noexcept {
    const Timestamp end = now + policy_.access_lifetime;
    return claims.not_after ? (std::min)(end, *claims.not_after) : end;
  }

  Result<AccessToken> sign(const AccessClaims& claims, TokenId id, Timestamp now, Timestamp end) const {
    const Timestamp expires_at = Timestamp::from_seconds(end.seconds());
    std::string payload = written(claims, id, now, expires_at);
    // Each extra claim is well-formed by itself; together they may share a name or be too deep.
    auto checked = claims.extra.empty() ? Result<void>() : check_json(payload, "two of one name, or too deep");
    if (!checked) return checked.error();
    std::string token = key_.header + '.' + base64url::encode(std::string_view(payload));
    auto appended = key_.append_signature(token);
    if (!appended) return appended.error();
    if (token.size() > policy_.max_size) {
      return misuse("token_too_large", "The extra claims make the access token too large.", {});
    }
    return AccessToken{std::move(token), id, expires_at, end - now};
  }

  std::string written(const AccessClaims& claims, TokenId id, Timestamp now, Timestamp expires_at) const {
    json::Writer out;
    out.begin_object().name("iss").text(policy_.issuer);
    if (!policy_.audience.empty()) out.name("aud").text(policy_.audience);
    out.name("sub").text(std::to_string(claims.user.value())).name("sid").text(claims.session.text());
    out.name("jti").text(id.text()).name("iat").integer(now.seconds()).name("exp").integer(expires_at.seconds());
    out.name("ver").integer(claims.epoch);
    write_assurance(out, claims.assurance);
    for (const auto& extra : claims.extra) out.name(extra.name).raw(extra.json);
    return out.end_object().take();
  }

  KeySet keys_;
  const TokenKey& key_;
  TokenPolicy policy_;
  Rng& rng_;
};

}  // namespace

TokenIssuer::~TokenIssuer() = default;

Result<std::unique_ptr<TokenIssuer>> make_jwt_issuer(KeySet keys, TokenPolicy policy, Rng& rng) noexcept {
  auto checked = check_policy(policy);
  if (!checked) return checked.error();
  if (!keys.keys().signer()) {
    return misuse("no_signing_key", "Configure an active key that can sign.", {});
  }
  try {
    return std::unique_ptr<TokenIssuer>(std::make_unique<JwtIssuer>(std::move(keys), std::move(policy), rng));
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
}

}  // namespace watchword
