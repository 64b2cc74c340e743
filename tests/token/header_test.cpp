#include <chrono>

#include "support/catch.hpp"
#include "token/forge.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

const std::vector<std::string> kAlgorithms = {"none",   "None",
                                              "nOnE",   "NONE",
                                              "",       "hs256",
                                              "Hs256",  "HS256 ",
                                              " HS256", "HS384",
                                              "HS512",  "RS256",
                                              "RS384",  "RS512",
                                              "PS256",  "PS384",
                                              "PS512",  "ES256",
                                              "ES384",  "ES512",
                                              "EdDSA",  "A256KW",
                                              "dir",    "HS25",
                                              "HS2566", "PBES2-HS256+A128KW"};

std::string json_quoted(std::string_view text) { return json::Writer().text(text).take(); }

KeySet asymmetric() {
  return *KeySet::from_jwks(R"({"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"ed",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"EC","crv":"P-256","alg":"ES256","kid":"es",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})",
                            true);
}

}  // namespace

TEST_CASE("J1 and 6 an alg that is not that of the key is refused") {
  REQUIRE(verdict_of_header(header().text()) == "accepted");
  for (const auto& alg : kAlgorithms) {
    INFO(alg);
    CHECK(verdict_of_header(header().set("alg", json_quoted(alg)).text()) == "token_algorithm");
  }
  for (std::string json : {"null", "1", "true", "[\"HS256\"]", "{\"HS256\":1}"}) {
    CHECK(verdict_of_header(header().set("alg", json).text()) == "token_algorithm");
  }
  CHECK(verdict_of_header(header().without("alg").text()) == "token_algorithm");
}

TEST_CASE("J1 a token without signature is refused whatever its alg says") {
  for (const auto& alg : kAlgorithms) {
    auto token = sealed(header().set("alg", json_quoted(alg)).text(), payload().text());
    CHECK(verdict(verifier(), token.substr(0, token.rfind('.') + 1)) == "token_algorithm");
  }
  auto token = issue().value;
  CHECK(verdict(verifier(), token.substr(0, token.rfind('.') + 1)) == "token_signature");
  CHECK(verdict(verifier(), token.substr(0, token.rfind('.'))) == "token_malformed");
}

TEST_CASE("1 and 6 an asymmetric key never checks an HMAC") {
  auto checker = TokenVerifier::create(asymmetric(), {});
  REQUIRE(checker);
  std::string x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
  std::string raw(32, '\0');
  REQUIRE(base64url::decode(x, reinterpret_cast<std::uint8_t*>(raw.data())));
  for (const auto& secret : {x, raw}) {
    for (std::string kid : {"ed", "es"}) {
      auto forged = header().set("kid", json_quoted(kid));
      CHECK(verdict(*checker, sealed(forged.text(), payload().text(), secret)) == "token_algorithm");
      for (std::string alg : {"EdDSA", "ES256"}) {
        auto token = sealed(forged.set("alg", json_quoted(alg)).text(), payload().text(), secret);
        CHECK(verdict(*checker, token) == ((kid == "ed") == (alg == "EdDSA") ? "token_signature" : "token_algorithm"));
      }
    }
  }
}

TEST_CASE("19 an oversized or short ECDSA signature is refused") {
  auto checker = TokenVerifier::create(asymmetric(), {"watchword", "", Lifetime::minutes(30), {}, 8192});
  REQUIRE(checker);
  std::string head = base64url::encode(std::string_view(R"({"alg":"ES256","kid":"es","typ":"at+jwt"})")) + ".e30.";
  for (std::size_t size : {0U, 1U, 85U, 86U, 87U, 128U, 7000U}) {
    CHECK(verdict(*checker, head + std::string(size, 'A')) == "token_signature");
  }
  CHECK(verdict(*checker, head + std::string(21830, 'A')) == "token_malformed");
  CHECK_FALSE(verify_jws(head + std::string(21830, 'A'), asymmetric(), ""));
}

TEST_CASE("J4 a token of any other typ is refused") {
  for (std::string typ :
       {"JWT", "jwt", "AT+JWT", "at+jwt ", "application/at+jwt", "rt+jwt", "id+jwt", "logout+jwt", ""}) {
    CHECK(verdict_of_header(header().set("typ", json_quoted(typ)).text()) == "token_malformed");
  }
  CHECK(verdict_of_header(header().without("typ").text()) == "token_malformed");
  CHECK(verdict_of_header(header().set("typ", "[\"at+jwt\"]").text()) == "token_malformed");
}

TEST_CASE("J4 verify_jws compares typ exactly where it is asked to") {
  auto token = issue().value;
  CHECK(verify_jws(token, keys(), "at+jwt"));
  CHECK(verify_jws(token, keys(), ""));
  CHECK(verify_jws(token, keys(), "at+jwt2").error().code() == "token_malformed");
  CHECK(verify_jws(token, keys(), "jwt").error().code() == "token_malformed");
  CHECK(*verify_jws(token, keys(), "at+jwt") == part(token, 1));
}

TEST_CASE("J7 and 10 crit in every form is refused") {
  for (std::string crit :
       {R"(["x"])", "[]", R"(["exp"])", R"("x")", "[1]", R"(["x","x"])", R"(["b64"])", "null", "{}"}) {
    INFO(crit);
    CHECK(verdict_of_header(header().set("crit", crit).text()) == "token_malformed");
    CHECK(verdict_of_header(header().set("crit", crit).set("x", "1").set("exp", "1").text()) == "token_malformed");
  }
}

TEST_CASE("J7 and 14 b64 and zip are refused before anything is decoded") {
  for (std::string value : {"false", "true", "null", R"("DEF")"}) {
    CHECK(verdict_of_header(header().set("b64", value).text()) == "token_malformed");
    CHECK(verdict_of_header(header().set("zip", value).text()) == "token_malformed");
  }
}

TEST_CASE("J7 keys inside the header are not used") {
  std::string other(32, '\0');
  for (int i = 0; i < 32; ++i) other[static_cast<std::size_t>(i)] = static_cast<char>(i * 7 + 1);
  std::string jwk = R"({"kty":"oct","alg":"HS256","k":")" + base64url::encode(std::string_view(other)) + "\"}";
  auto forged = header().set("jwk", jwk).set("jku", R"("https://evil.example/keys")").set("x5c", R"(["MII"])");
  forged = forged.set("x5u", R"("https://evil.example/x")");
  CHECK(verdict(verifier(), sealed(forged.text(), payload().text(), other)) == "token_signature");
  CHECK(verdict(verifier(), sealed(forged.text(), payload().text())) == "accepted");
}

TEST_CASE("J8 and 17 a kid is looked up and nothing else") {
  for (std::string kid : {"", "../../dev/null", "' or 1=1 --", "https://evil.example/k", "%00", "ed"}) {
    CHECK(verdict_of_header(header().set("kid", json_quoted(kid)).text()) == "token_key_unknown");
  }
  CHECK(verdict_of_header(header().set("kid", json_quoted(std::string(129, 'k'))).text()) == "token_key_unknown");
  CHECK(verdict_of_header(header().without("kid").text()) == "token_key_unknown");
  for (std::string kid : {"null", "7", R"(["a"])", "{}"}) {
    CHECK(verdict_of_header(header().set("kid", kid).text()) == "token_malformed");
  }
  CHECK(verdict_of_header(header().set("kid", json_quoted(std::string(1024 * 1024, 'k'))).text()) == "token_malformed");
}

TEST_CASE("18 ten thousand unknown kids leave the good key in place") {
  auto checker = verifier();
  for (int i = 0; i < 10000; ++i) {
    auto token =
        base64url::encode(std::string_view(R"({"alg":"HS256","typ":"at+jwt","kid":")" + std::to_string(i) + "\"}"));
    if (verdict(checker, token + ".e30.AA") != "token_key_unknown") FAIL("accepted kid " << i);
  }
  CHECK(verdict(checker, issue().value) == "accepted");
}

TEST_CASE("5 a key that is not found never becomes the empty one") {
  CHECK_FALSE(crypto::HmacKey::create({}));
  auto token = sealed(header().set("kid", R"("nobody")").text(), payload().text());
  CHECK(verdict(verifier(), token) == "token_key_unknown");
}

TEST_CASE("A header that is no strict JSON object is refused") {
  const std::string good = header().text();
  for (std::string text : {std::string("{"), std::string("[]"), std::string("null"), std::string("\"x\""), good + "x",
                           good + good, "\xef\xbb\xbf" + good, good + std::string(1, '\0')}) {
    CHECK(verdict_of_header(text) == "token_malformed");
  }
  CHECK(verdict_of_header(header().add("alg", R"("none")").text()) == "token_malformed");
  CHECK(verdict_of_header(R"({"alg":"HS256","\u0061lg":"HS256","typ":"at+jwt"})") == "token_malformed");
  CHECK(verdict_of_header(" " + good + "\n") == "accepted");
  CHECK(verdict_of_header(header().set("extra", R"({"a":[1,2]})").text()) == "accepted");
}

TEST_CASE("12 any number of parts but three is refused") {
  auto token = issue().value;
  auto first = token.substr(0, token.find('.'));
  for (std::string text :
       {std::string(), std::string("."), std::string(".."), std::string("..."), first, first + "." + first, token + ".",
        token + ".x", "." + token, token + "." + token, token + ".a.b"}) {
    INFO(text);
    auto code = verdict(verifier(), text);
    CHECK(code == "token_malformed");
  }
}

TEST_CASE("J9 and 13 millions of dots are refused at once") {
  std::string dots(8 * 1024 * 1024, '.');
  auto checker = verifier();
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) CHECK(verdict(checker, dots) == "token_malformed");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(100));
  CHECK(verdict(checker, std::string(2048, '.')) == "token_malformed");
}

TEST_CASE("J9 tokens over the cap are refused unread") {
  TokenPolicy policy;
  policy.max_size = issue().value.size();
  CHECK(verdict(verifier(policy), issue().value) == "accepted");
  --policy.max_size;
  CHECK(verdict(verifier(policy), issue().value) == "token_malformed");
}

TEST_CASE("11 JSON serialisation beside the compact form is refused") {
  auto token = issue().value;
  auto first = token.find('.'), second = token.rfind('.');
  std::string polyglot = R"({"protected":")" + token.substr(0, first) + R"(","payload":")" +
                         token.substr(first + 1, second - first - 1) + R"(","signature":")" + token.substr(second + 1) +
                         "\"}";
  CHECK(verdict(verifier(), polyglot) == "token_malformed");
  CHECK(verdict(verifier(), "{\"" + token.substr(0, second) + ".\":1," + polyglot.substr(1)) != "accepted");
  CHECK(verdict(verifier(), polyglot + token) != "accepted");
}

TEST_CASE("20 hostile strings are refused without a crash") {
  for (std::string text : {std::string("Bearer"), std::string("Bearer "), std::string("Bearer \x80"),
                           std::string("bearer x y"), std::string(65536, 'a'), std::string(65536, '\0'),
                           std::string("\0.\0.\0", 5), std::string("=.=.="), std::string("\xff\xff.\xff.\xff"),
                           "Bearer " + issue().value, issue().value + "\n", " " + issue().value, issue().value + "="}) {
    CHECK(verdict(verifier(), text) != "accepted");
  }
}

TEST_CASE("J9 every change of one character and every flipped bit is refused") {
  auto checker = verifier();
  const auto token = issue().value;
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto changed = token;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      if (verdict(checker, changed) == "accepted")
        FAIL("accepted with bit " << bit << " of character " << i << " flipped");
    }
    for (char c : {'A', '_', '=', '.', ' '}) {
      auto changed = token;
      changed[i] = c;
      if (c != token[i] && verdict(checker, changed) == "accepted") FAIL("accepted with " << c << " at " << i);
    }
  }
  CHECK(verdict(checker, token) == "accepted");
}

TEST_CASE("J9 every proper prefix and every deleted or doubled character is refused") {
  auto checker = verifier();
  const auto token = issue().value;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (verdict(checker, token.substr(0, i)) == "accepted") FAIL("prefix of " << i);
    if (verdict(checker, token.substr(0, i) + token.substr(i + 1)) == "accepted") FAIL("without " << i);
    if (verdict(checker, token.substr(0, i) + token[i] + token.substr(i)) == "accepted") FAIL("doubled " << i);
  }
  CHECK(verdict(checker, token) == "accepted");
}
