#include <algorithm>
#include <charconv>

#include <watchword/token/token_verifier.hpp>

#include "base/base64url.hpp"
#include "json/json.hpp"
#include "token/jws.hpp"
#include "token/policy.hpp"
#include "token/raw_claims.hpp"
#include "token/refusal.hpp"

namespace watchword {
namespace {

using Kind = RawClaim::Kind;

constexpr std::size_t kMostToken = 8192;

/// The decimal that the issuer writes and no other spelling of it; 0 for anything else.
std::int64_t user_number(std::string_view text) noexcept {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && number > 0 && text.front() != '0' ? number : 0;
}

std::uint8_t level_of(std::string_view acr) noexcept {
  if (acr.size() != kLevelPrefix.size() + 1 || acr.substr(0, kLevelPrefix.size()) != kLevelPrefix) return 0;
  int level = acr.back() - '0';
  return level >= 1 && level <= kMostLevel ? static_cast<std::uint8_t>(level) : std::uint8_t{0};
}

/// Methods that a newer issuer knows are left out: a token never says more than was understood.
std::uint32_t methods_of(const RawTexts& amr) noexcept {
  std::uint32_t methods = 0;
  for (std::size_t i = 0; i < amr.size; ++i) {
    for (const auto& [method, name] : kMethodNames) {
      if (amr.items[i] == name) methods |= method;
    }
  }
  return methods;
}

bool is_date(const RawClaim& claim) noexcept {
  return claim.kind == Kind::integer && claim.integer >= 0 && claim.integer <= kMostDate;
}

/// Whether each claim is there, has its type and, for dates, its range; `nbf` and `aud` may be absent.
bool has_types(const RawClaims& claims) noexcept {
  for (Claim text : {Claim::iss, Claim::sub, Claim::jti, Claim::sid, Claim::acr}) {
    if (claims[text].kind != Kind::text) return false;
  }
  for (Claim date : {Claim::exp, Claim::iat, Claim::auth_time}) {
    if (!is_date(claims[date])) return false;
  }
  Kind aud = claims[Claim::aud].kind;
  return claims[Claim::ver].kind == Kind::integer && claims[Claim::ver].integer >= 0 &&
         claims[Claim::amr].kind == Kind::texts && aud != Kind::integer && aud != Kind::other &&
         (claims[Claim::nbf].kind == Kind::absent || is_date(claims[Claim::nbf]));
}

bool is_for(const RawClaims& claims, std::string_view audience) noexcept {
  const auto& aud = claims[Claim::aud];
  if (audience.empty()) return aud.kind == Kind::absent;
  if (aud.kind == Kind::text) return aud.text == audience;
  const auto* end = claims.aud.items.data() + claims.aud.size;
  return aud.kind == Kind::texts && std::find(claims.aud.items.data(), end, audience) != end;
}

Timestamp date(const RawClaim& claim) noexcept { return Timestamp::from_seconds(claim.integer); }

}  // namespace

class TokenVerifier::Impl final {
 public:
  Impl(KeySet keys, TokenPolicy policy) noexcept : keys_(std::move(keys)), policy_(std::move(policy)) {}

  Result<VerifiedToken> verify(std::string_view token, Timestamp now) const {
    auto parts = split_jws(token, policy_.max_size);
    if (!parts) return parts.error();
    auto key = key_of(parts->header);
    if (!key) return key.error();
    if (!(*key)->verify(parts->signed_text, parts->signature)) return refuse_token("token_signature", "signature");
    std::uint8_t bytes[base64url::decoded_size(kMostToken)];
    if (!base64url::decode(parts->payload, bytes)) return refuse_token("token_malformed", "payload");
    return read(ByteView(bytes, base64url::decoded_size(parts->payload.size())).text(), now);
  }

 private:
  /// A header that equals what the issuer writes passes every check of the general reader.
  Result<const TokenKey*> key_of(std::string_view header) const {
    if (const auto* key = keys_.keys().find_header(header)) return key;
    return select_key(header, keys_.keys(), {"at+jwt", true});
  }

  Result<VerifiedToken> read(std::string_view payload, Timestamp now) const {
    {
      RawClaims claims;
      if (scan_flat_claims(payload, claims)) return accept(claims, now);
    }
    auto value = json::parse(payload);
    if (!value) return refuse_json("token_claims", "payload: ", value.error());
    RawClaims claims;
    read_claims(*value, claims);
    return accept(claims, now);
  }

  Result<VerifiedToken> accept(const RawClaims& claims, Timestamp now) const noexcept {
    if (!has_types(claims)) return refuse_token("token_claims", "a claim is missing or has another type");
    auto token = typed(claims);
    if (!token) return token;
    if (claims[Claim::iss].text != policy_.issuer) return refuse_token("token_issuer", "iss");
    if (!is_for(claims, policy_.audience)) return refuse_token("token_audience", "aud");
    if (token->expires_at() + policy_.leeway <= now) return refuse_token("token_expired", "exp");
    bool early = token->issued_at() > now + policy_.leeway;
    const auto& nbf = claims[Claim::nbf];
    if (early || (nbf.kind == Kind::integer && date(nbf) > now + policy_.leeway)) {
      return refuse_token("token_not_yet_valid", early ? "iat" : "nbf");
    }
    return token;
  }

  static Result<VerifiedToken> typed(const RawClaims& claims) noexcept {
    auto user = user_number(claims[Claim::sub].text);
    auto session = SessionId::parse(claims[Claim::sid].text);
    auto id = TokenId::parse(claims[Claim::jti].text);
    auto level = level_of(claims[Claim::acr].text);
    if (user == 0 || !session || !id || level == 0) return refuse_token("token_claims", "sub, sid, jti or acr");
    VerifiedToken token;
    token.user_ = UserId(user);
    token.session_ = *session;
    token.id_ = *id;
    token.epoch_ = claims[Claim::ver].integer;
    token.issued_at_ = date(claims[Claim::iat]);
    token.expires_at_ = date(claims[Claim::exp]);
    token.assurance_ = {methods_of(claims.amr), date(claims[Claim::auth_time]), level};
    return token;
  }

  KeySet keys_;
  TokenPolicy policy_;
};

TokenVerifier::TokenVerifier(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
TokenVerifier::TokenVerifier(TokenVerifier&&) noexcept = default;
TokenVerifier& TokenVerifier::operator=(TokenVerifier&&) noexcept = default;
TokenVerifier::~TokenVerifier() = default;

Result<TokenVerifier> TokenVerifier::create(KeySet keys, TokenPolicy policy) noexcept {
  auto checked = check_policy(policy);
  if (!checked) return checked.error();
  try {
    return TokenVerifier(std::make_unique<Impl>(std::move(keys), std::move(policy)));
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
}

Result<VerifiedToken> TokenVerifier::verify(std::string_view token, Timestamp now) const noexcept {
  try {
    return impl_->verify(token, now);
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
}

}  // namespace watchword
