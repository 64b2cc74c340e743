#include <type_traits>

#include "support/catch.hpp"
#include "token/forge.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

using namespace std::string_view_literals;

std::string code_of(std::string_view secret, std::string_view previous = {}) {
  auto set = KeySet::from_secret(secret_of(secret), secret_of(previous));
  if (set) return "accepted";
  CHECK(set.error().kind() == Errc::misconfigured);
  return std::string(set.error().code());
}

const std::string kEd =
    R"("kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"ed","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")";
const std::string kEdPrivate = kEd + R"(,"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")";
const std::string kEs =
    R"("kty":"EC","crv":"P-256","alg":"ES256","kid":"es","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")";
const std::string kEsPrivate = kEs + R"(,"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI")";
const std::string kHs = R"("kty":"oct","alg":"HS256","kid":"hs","k":"-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE")";

/// The reason why a set of these keys is refused, or "accepted".
std::string refusal(const std::vector<std::string>& jwks, bool verify_only = false) {
  std::string text;
  for (const auto& jwk : jwks) text += (text.empty() ? "{" : ",{") + jwk + "}";
  auto set = KeySet::from_jwks("{\"keys\":[" + text + "]}", verify_only);
  if (set) return "accepted";
  CHECK(set.error().code() == "jwks_invalid");
  CHECK(set.error().kind() == Errc::misconfigured);
  return std::string(set.error().reason());
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

bool names(const std::string& reason, std::string_view part) { return reason.find(part) != std::string::npos; }

}  // namespace

// J2: keys are a type of their own, and nothing makes one of text that happens to be at hand. J1 and 3: there is no way
// to verify without keys.
static_assert(!std::is_constructible_v<KeySet, std::string> && !std::is_constructible_v<KeySet, const char*> &&
              !std::is_constructible_v<KeySet, Secret> && !std::is_convertible_v<std::string, Secret>);
static_assert(!std::is_invocable_v<decltype(&verify_jws), std::string_view, std::string_view, std::string_view> &&
              !std::is_default_constructible_v<TokenVerifier> && !std::is_default_constructible_v<VerifiedToken>);
// J13 and 16: claims or an error, never both.
static_assert(
    std::is_same_v<decltype(std::declval<const TokenVerifier&>().verify("", Timestamp())), Result<VerifiedToken>>);

TEST_CASE("J3 and 5 a SECRET_KEY under 32 bytes is refused") {
  std::string text(kSecret);
  for (std::size_t size = 0; size < 32; ++size) CHECK(code_of(text.substr(0, size)) == "secret_key_short");
  CHECK(code_of(text.substr(0, 32)) == "accepted");
  CHECK(code_of(text, text.substr(0, 31)) == "secret_key_short");
  CHECK(code_of(text, kOldSecret) == "accepted");
}

TEST_CASE("C3 example values of SECRET_KEY are refused") {
  for (auto text : {"your-secret-key-change-in-production", "YOUR_SECRET_KEY_CHANGE_IN_PRODUCTION",
                    "change-me-change-me-change-me-change-me", "changeme1234567890changeme1234567890",
                    "please change this to something random!", "placeholder-placeholder-placeholder!",
                    "replace-me-with-32-bytes-of-randomness", "my-super-secret-key-for-development-only"}) {
    INFO(text);
    CHECK(code_of(text) == "secret_key_placeholder");
    CHECK(code_of(kSecret, text) == "secret_key_placeholder");
  }
  CHECK(code_of(std::string(32, '\0')) == "secret_key_placeholder");
  CHECK(code_of(std::string(64, 'a')) == "secret_key_placeholder");
  CHECK(code_of("change-me") == "secret_key_short");
}

TEST_CASE("J2 and 1 and 2 the text of a public key is no SECRET_KEY whatever stands before it") {
  const std::string_view forms[] = {
      "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n",
      "-----BEGIN RSA PUBLIC KEY-----\nMIIBCgKCAQEAkqGboBfAWttWPCA+0cGR\n-----END RSA PUBLIC KEY-----\n",
      "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0\n-----END CERTIFICATE-----\n",
      "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7",
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMq",
      "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY",
      "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5",
      R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})",
      R"({ "n" : "kqGboBfAWtt", "e":"AQAB", "kty" : "RSA"})",
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEKSexBRK64+3c/kZ4KBKLrSkDJpkZ",
      "MCowBQYDK2VwAyEAfU0Of2FTpptiQrUiq77mhf2kQg",
      "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkqGboBfAWttWPCA",
      "MIIBCgKCAQEAkqGboBfAWttWPCA+0cGRgsY6SaYoIARt0B"};
  for (auto form : forms) {
    for (auto before : {""sv, " "sv, "\t"sv, "\r\n"sv, "\xef\xbb\xbf"sv, "\0"sv, "\xef\xbb\xbf \n"sv}) {
      INFO(form);
      CHECK(code_of(std::string(before) + std::string(form)) == "secret_key_public");
      CHECK(code_of(kSecret, std::string(before) + std::string(form)) == "secret_key_public");
    }
  }
}

TEST_CASE("1 a public key in DER is no SECRET_KEY") {
  const std::string rest(32, '\x5a');
  for (auto prefix : {"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08"sv,
                      "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"sv,
                      "\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"sv,
                      "\x30\x82\x01\x0a\x02\x82\x01\x01\x00"sv}) {
    CHECK(code_of(std::string(prefix) + rest) == "secret_key_public");
  }
  CHECK(code_of("0" + std::string(kSecret)) == "accepted");
}

TEST_CASE("J11 the previous SECRET_KEY verifies and never signs") {
  auto both = *KeySet::from_secret(secret_of(kOldSecret), secret_of(kSecret));
  auto checker = TokenVerifier::create(both, {});
  CHECK(verdict(*checker, issue().value) == "accepted");
  SeededRng rng;
  auto fresh = (*make_jwt_issuer(both, {}, rng))->issue(claims(), kNow);
  CHECK(verdict(*checker, fresh->value) == "accepted");
  CHECK(verdict(verifier(), fresh->value) == "token_key_unknown");
  auto only_new = TokenVerifier::create(*KeySet::from_secret(secret_of(kOldSecret), {}), {});
  CHECK(verdict(*only_new, issue().value) == "token_key_unknown");
  CHECK(verdict(*only_new, fresh->value) == "accepted");
  CHECK(code_of(kSecret, kSecret) == "accepted");
}

TEST_CASE("J11 one kid never lets another key sign for it") {
  auto both = *KeySet::from_secret(secret_of(kSecret), secret_of(kOldSecret));
  CHECK(verdict(*TokenVerifier::create(both, {}), sealed(good_header(), payload().text(), kOldSecret)) ==
        "token_signature");
}

TEST_CASE("The kid of a SECRET_KEY is short and stable and gives nothing away") {
  auto kid = std::string(*json::parse(good_header())->find("kid")->text());
  CHECK(kid.size() == 12);
  CHECK(kid == *json::parse(part(issue().value, 0))->find("kid")->text());
  auto plain = crypto::sha256(kSecret);
  CHECK(kid != base64url::encode(ByteView(plain.data(), 9)));
}

TEST_CASE("JWK Sets of each kind are read") {
  CHECK(refusal({kEdPrivate, kEsPrivate, kHs}) == "accepted");
  CHECK(refusal({kHs}) == "accepted");
  CHECK(refusal({kEd, kEs}, true) == "accepted");
  CHECK(refusal({kEd + R"(,"use":"sig","key_ops":["verify"],"extra":{"x":1})"}, true) == "accepted");
  CHECK(refusal({kEd, kEs}) == "no active key has a private part");
  CHECK(refusal({kHs + R"(,"status":"retired")"}) == "no active key has a private part");
  CHECK(refusal({kHs + R"(,"status":"active")"}) == "accepted");
}

TEST_CASE("4 and 6 a key without a fitting alg is refused") {
  CHECK(names(refusal({R"("kty":"RSA","kid":"r","n":"kqGboBfAWttWPCA","e":"AQAB")"}), "key 1: kty"));
  CHECK(names(refusal({kHs, replaced(kEd, R"("alg":"EdDSA",)", "")}), "key 2: kty"));
  for (std::string alg : {"none", "HS384", "RS256", "ES256", "hs256", "A256GCM", ""}) {
    CHECK(names(refusal({replaced(kHs, "HS256", alg)}), "key 1: kty"));
  }
  CHECK(names(refusal({replaced(kEsPrivate, "ES256", "HS256")}), "kty"));
  CHECK(names(refusal({replaced(kEsPrivate, "P-256", "P-384")}), "kty"));
  CHECK(names(refusal({replaced(kEdPrivate, "Ed25519", "X25519")}), "kty"));
}

TEST_CASE("J8 a kid is required and short and unique in its set") {
  CHECK(names(refusal({replaced(kHs, R"("kid":"hs",)", "")}), "key 1: kid"));
  CHECK(names(refusal({replaced(kHs, R"("kid":"hs")", R"("kid":7)")}), "kid"));
  CHECK(names(refusal({replaced(kHs, "\"hs\"", "\"\"")}), "kid"));
  CHECK(names(refusal({replaced(kHs, "\"hs\"", "\"h s\"")}), "kid"));
  CHECK(refusal({replaced(kHs, "\"hs\"", '"' + std::string(128, 'k') + '"')}) == "accepted");
  CHECK(names(refusal({replaced(kHs, "\"hs\"", '"' + std::string(129, 'k') + '"')}), "kid"));
  CHECK(names(refusal({kHs, replaced(kEdPrivate, "\"ed\"", "\"hs\"")}), "key 2: its kid"));
}

TEST_CASE("J3 wrong key material in a JWK is refused without repeating it") {
  auto reason = refusal(
      {replaced(kHs, "-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE", "-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBin")});
  CHECK(names(reason, "shorter than 32 bytes"));
  CHECK_FALSE(names(reason, "ebu"));
  CHECK(names(refusal({replaced(kHs, "-ebu", "+ebu")}), "not base64url: k"));
  CHECK(names(refusal({replaced(kHs, "ggE\"", "ggE=\"")}), "not base64url: k"));
  CHECK(names(refusal({replaced(kHs, "-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE", "")}), "not base64url: k"));
  CHECK(names(refusal({replaced(kEsPrivate, "x_FEzRu9", "y_FEzRu9")}), "x or y"));
  CHECK(names(refusal({replaced(kEdPrivate, "11qYAYKxCrfVS", "11qYAYKxCrfV")}), "x"));
  CHECK(names(refusal({replaced(kEsPrivate, "jpsQnnGQ", "kpsQnnGQ")}), "do not belong together"));
  CHECK(names(refusal({replaced(kEdPrivate, "nWGxne", "oWGxne")}), "do not belong together"));
  CHECK(names(refusal({replaced(kEdPrivate, "nWGxne_9", "nWGx")}), "d is no private key"));
  auto pem = base64url::encode(std::string_view("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ"));
  CHECK(names(refusal({R"("kty":"oct","alg":"HS256","kid":"p","k":")" + pem + '"'}), "public key"));
}

TEST_CASE("5 an all-zero key in a JWK does not sign") {
  auto zero = R"("kty":"oct","alg":"HS256","kid":"z","k":")" + std::string(43, 'A') + '"';
  CHECK(names(refusal({zero}), "placeholder"));
  CHECK(refusal({zero}, true) == "accepted");
}

TEST_CASE("A JWK for another purpose is refused") {
  CHECK(names(refusal({kHs + R"(,"use":"enc")"}), "not for signatures"));
  CHECK(names(refusal({kHs + R"(,"use":1)"}), "not for signatures"));
  CHECK(names(refusal({kHs + R"(,"key_ops":["encrypt","decrypt"])"}), "not for signatures"));
  CHECK(names(refusal({kHs + R"(,"key_ops":"sign")"}), "not for signatures"));
  CHECK(names(refusal({kHs + R"(,"status":"old")"}), "status"));
}

TEST_CASE("What is no JWK Set is refused") {
  for (std::string text : {std::string(), std::string("{}"), std::string("[]"), std::string(R"({"keys":{}})"),
                           std::string(R"({"keys":[]})"), std::string(R"({"keys":[1]})"), "{" + kHs + "}",
                           R"({"keys":[{)" + kHs + R"(,"kid":"hs"}]})"}) {
    INFO(text);
    auto set = KeySet::from_jwks(text);
    REQUIRE_FALSE(set);
    CHECK(set.error().code() == "jwks_invalid");
  }
}

TEST_CASE("J11 the published set holds public parts only") {
  auto set =
      KeySet::from_jwks("{\"keys\":[{" + kEdPrivate + "},{" + kEsPrivate + R"(,"status":"retired"},{)" + kHs + "}]}");
  REQUIRE(set);
  auto text = set->public_jwks();
  CHECK(
      text ==
      R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","alg":"EdDSA","use":"sig","kid":"ed"},)"
      R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
      R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","alg":"ES256","use":"sig","kid":"es"}]})");
  auto back = KeySet::from_jwks(text, true);
  REQUIRE(back);
  SeededRng rng;
  auto issued = (*make_jwt_issuer(*set, {}, rng))->issue(claims(), kNow);
  CHECK(verdict(*TokenVerifier::create(*back, {}), issued->value) == "accepted");
  CHECK(keys().public_jwks() == R"({"keys":[]})");
}
