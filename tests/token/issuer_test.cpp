#include "support/catch.hpp"
#include "token/forge.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

std::string code_for(const AccessClaims& what, Timestamp now = kNow) {
  SeededRng rng;
  auto issued = (*make_jwt_issuer(keys(), {}, rng))->issue(what, now);
  if (issued) return "issued";
  CHECK(issued.error().kind() == Errc::misconfigured);
  return std::string(issued.error().code());
}

std::string code_with(ExtraClaim extra) {
  auto made = claims();
  made.extra = {std::move(extra)};
  return code_for(made);
}

std::string policy_code(const TokenPolicy& policy) {
  SeededRng rng;
  auto issuer = make_jwt_issuer(keys(), policy, rng);
  auto checker = TokenVerifier::create(keys(), policy);
  CHECK(issuer.has_value() == checker.has_value());
  return checker ? "accepted" : std::string(checker.error().code());
}

template <class T>
std::string policy_code(T TokenPolicy::*member, T value) {
  TokenPolicy policy;
  policy.*member = std::move(value);
  return policy_code(policy);
}

}  // namespace

TEST_CASE("J12 and 23 extra claims cannot take a name that is ours") {
  for (std::string name :
       {"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "ver", "auth_time", "amr", "acr", "typ"}) {
    INFO(name);
    CHECK(code_with({name, "1"}) == "claim_reserved");
  }
  CHECK(code_with({"SUB", "1"}) == "issued");
}

TEST_CASE("23 extra claims cannot smuggle further ones in their JSON") {
  for (std::string json :
       {R"(1,"sub":"1")", "", " ", "{", R"("a)", R"(1}{"sub":"1")", "NaN", "1 2", R"({"a":1,"a":2})", "\xff", "'x'"}) {
    INFO(json);
    CHECK(code_with({"own", json}) == "claim_invalid");
  }
  for (std::string name : {std::string(), std::string("a b"), std::string("\xc3\xa9"), std::string(65, 'n')}) {
    INFO(name);
    CHECK(code_with({name, "1"}) == "claim_invalid");
  }
  auto made = claims();
  made.extra = {{"a\",\"sub\":\"1", "1"}};
  auto verified = verifier().verify(issue(made).value, kNow);
  REQUIRE(verified);
  CHECK(verified->user() == made.user);
}

TEST_CASE("Two extra claims of one name and too deep ones are refused") {
  auto made = claims();
  made.extra = {{"own", "1"}, {"own", "2"}};
  CHECK(code_for(made) == "claim_invalid");
  CHECK(code_with({"own", std::string(15, '[') + std::string(15, ']')}) == "issued");
  CHECK(code_with({"own", std::string(16, '[') + std::string(16, ']')}) == "claim_invalid");
}

TEST_CASE("A token expires no later than its claims allow") {
  SeededRng rng;
  auto issuer = make_jwt_issuer(keys(), {}, rng).value();
  auto made = claims();
  made.not_after = kNow + Lifetime::hours(1);
  auto whole = issuer->issue(made, kNow).value();
  CHECK(whole.lifetime == Lifetime::minutes(30));
  made.not_after = kNow + Lifetime::milliseconds(90500);
  auto cut = issuer->issue(made, kNow).value();
  CHECK(cut.expires_at == kNow + Lifetime::seconds(90));
  CHECK(cut.lifetime.seconds() == 90);
  auto verifier = TokenVerifier::create(keys(), {}).value();
  CHECK(verifier.verify(cut.value, kNow + Lifetime::seconds(89)));
  CHECK_FALSE(verifier.verify(cut.value, kNow + Lifetime::seconds(90)));
}

TEST_CASE("A token over the cap is not issued") {
  CHECK(code_with({"own", "\"" + std::string(1000, 'a') + "\""}) == "issued");
  CHECK(code_with({"own", "\"" + std::string(2000, 'a') + "\""}) == "token_too_large");
}

TEST_CASE("What no verifier would accept is not issued") {
  auto made = claims();
  made.user = UserId();
  CHECK(code_for(made) == "claim_invalid");
  made = claims();
  made.epoch = -1;
  CHECK(code_for(made) == "claim_invalid");
  made = claims();
  made.assurance.level = 0;
  CHECK(code_for(made) == "claim_invalid");
  made.assurance.level = 4;
  CHECK(code_for(made) == "claim_invalid");
  made = claims();
  made.assurance.authenticated_at = Timestamp::from_microseconds(-1);
  CHECK(code_for(made) == "claim_invalid");
  CHECK(code_for(claims(), Timestamp::from_microseconds(-1)) == "claim_invalid");
  CHECK(code_for(claims(), Timestamp::from_seconds(253402300799)) == "claim_invalid");
}

TEST_CASE("C2 no token is issued when the generator fails") {
  SeededRng rng;
  auto issuer = *make_jwt_issuer(keys(), {}, rng);
  rng.fail_after(1);
  CHECK(issuer->issue(claims(), kNow));
  auto issued = issuer->issue(claims(), kNow);
  REQUIRE_FALSE(issued);
  CHECK(issued.error().code() == "rng_failed");
}

TEST_CASE("Every token has an id of its own") {
  SeededRng rng;
  auto issuer = *make_jwt_issuer(keys(), {}, rng);
  auto first = issuer->issue(claims(), kNow);
  auto second = issuer->issue(claims(), kNow);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->id != second->id);
  CHECK(first->value != second->value);
}

TEST_CASE("A key set that cannot sign makes no issuer but a verifier") {
  auto set = KeySet::from_jwks(R"({"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"ed",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})",
                               true);
  REQUIRE(set);
  SeededRng rng;
  CHECK(make_jwt_issuer(*set, {}, rng).error().code() == "no_signing_key");
  CHECK(TokenVerifier::create(*set, {}));
}

TEST_CASE("J6 a policy out of bounds is refused") {
  CHECK(policy_code({}) == "accepted");
  using P = TokenPolicy;
  CHECK(policy_code(&P::issuer, std::string()) == "token_policy");
  CHECK(policy_code(&P::issuer, std::string(256, 'i')) == "accepted");
  CHECK(policy_code(&P::issuer, std::string(257, 'i')) == "token_policy");
  CHECK(policy_code(&P::issuer, std::string("\xff")) == "token_policy");
  CHECK(policy_code(&P::audience, std::string("\xed\xa0\x80")) == "token_policy");
  CHECK(policy_code(&P::access_lifetime, Lifetime::seconds(1)) == "accepted");
  CHECK(policy_code(&P::access_lifetime, Lifetime::microseconds(999999)) == "token_policy");
  CHECK(policy_code(&P::access_lifetime, Lifetime::hours(24)) == "accepted");
  CHECK(policy_code(&P::access_lifetime, Lifetime::microseconds(86400000001)) == "token_policy");
  CHECK(policy_code(&P::leeway, Lifetime::microseconds(-1)) == "token_policy");
  CHECK(policy_code(&P::leeway, Lifetime::seconds(60)) == "accepted");
  CHECK(policy_code(&P::leeway, Lifetime::microseconds(60000001)) == "token_policy");
  CHECK(policy_code(&P::max_size, std::size_t{255}) == "token_policy");
  CHECK(policy_code(&P::max_size, std::size_t{256}) == "accepted");
  CHECK(policy_code(&P::max_size, std::size_t{8192}) == "accepted");
  CHECK(policy_code(&P::max_size, std::size_t{8193}) == "token_policy");
}
