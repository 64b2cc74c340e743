#include <random>

#include "support/catch.hpp"
#include "token/forge.hpp"
#include "token/raw_claims.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

std::string json_quoted(std::string_view text) { return json::Writer().text(text).take(); }

TokenPolicy for_audience(std::string audience) {
  TokenPolicy policy;
  policy.audience = std::move(audience);
  return policy;
}

TokenPolicy with_leeway(Lifetime leeway) {
  TokenPolicy policy;
  policy.leeway = leeway;
  return policy;
}

constexpr Lifetime kTick = Lifetime::microseconds(1);

}  // namespace

TEST_CASE("J5 and 8 iss is compared exactly") {
  REQUIRE(verdict_of_payload(payload().text()) == "accepted");
  for (std::string iss :
       {"watchwor", "watchword2", "_watchword_", "Watchword", "WATCHWORD", "watchword/", " watchword", "w", ""}) {
    INFO(iss);
    CHECK(verdict_of_payload(payload().set("iss", json_quoted(iss)).text()) == "token_issuer");
  }
  CHECK(verdict_of_payload(payload().without("iss").text()) == "token_claims");
  for (std::string iss : {"null", "5", R"(["watchword"])", "{}", "true"}) {
    CHECK(verdict_of_payload(payload().set("iss", iss).text()) == "token_claims");
  }
}

TEST_CASE("J5 and 9 aud is required and compared exactly where it is configured") {
  auto policy = for_audience("us");
  for (std::string aud : {R"("us")", R"(["us"])", R"(["other","us"])"}) {
    CHECK(verdict_of_payload(payload().set("aud", aud).text(), policy) == "accepted");
  }
  for (std::string aud :
       {R"("u")", R"("usa")", R"("US")", R"("us ")", R"("")", "[]", R"(["other"])", R"(["u","s"])", R"(["us "])"}) {
    INFO(aud);
    CHECK(verdict_of_payload(payload().set("aud", aud).text(), policy) == "token_audience");
  }
  for (std::string aud : {"5", "null", "true", R"({"us":1})", R"(["us",5])", R"([["us"]])", R"(["us",null])"}) {
    INFO(aud);
    CHECK(verdict_of_payload(payload().set("aud", aud).text(), policy) == "token_claims");
  }
  CHECK(verdict_of_payload(payload().text(), policy) == "token_audience");
}

TEST_CASE("J5 a token with aud is refused where none is configured") {
  for (std::string aud : {R"("us")", R"("")", "[]", R"(["us"])"}) {
    CHECK(verdict_of_payload(payload().set("aud", aud).text()) == "token_audience");
  }
  CHECK(verdict(verifier(), issue(claims(), for_audience("us")).value) == "token_audience");
  CHECK(verdict(verifier(for_audience("us")), issue(claims(), for_audience("us")).value) == "accepted");
}

TEST_CASE("An audience list longer than 16 is refused") {
  std::string list = R"("us")";
  for (int i = 1; i < 16; ++i) list += ",\"" + std::to_string(i) + "\"";
  CHECK(verdict_of_payload(payload().set("aud", "[" + list + "]").text(), for_audience("us")) == "accepted");
  CHECK(verdict_of_payload(payload().set("aud", "[" + list + ",\"x\"]").text(), for_audience("us")) == "token_claims");
}

TEST_CASE("J6 exp now is expired and one tick before is not") {
  auto token = issue();
  auto end = token.expires_at;
  CHECK(verdict(verifier(), token.value, end - kTick) == "accepted");
  CHECK(verdict(verifier(), token.value, end) == "token_expired");
  CHECK(verdict(verifier(), token.value, end + kTick) == "token_expired");
  auto lenient = verifier(with_leeway(Lifetime::seconds(60)));
  CHECK(verdict(lenient, token.value, end + Lifetime::seconds(60) - kTick) == "accepted");
  CHECK(verdict(lenient, token.value, end + Lifetime::seconds(60)) == "token_expired");
}

TEST_CASE("J6 iat and nbf in the future are refused but for the leeway") {
  auto name = GENERATE(std::string("iat"), std::string("nbf"));
  auto text = payload().set(name, "1767226000").text();
  auto moment = Timestamp::from_seconds(1767226000);
  CHECK(verdict_of_payload(text, {}, moment - kTick) == "token_not_yet_valid");
  CHECK(verdict_of_payload(text, {}, moment) == "accepted");
  CHECK(verdict_of_payload(text, {}, moment + kTick) == "accepted");
  auto policy = with_leeway(Lifetime::seconds(30));
  CHECK(verdict_of_payload(text, policy, moment - Lifetime::seconds(30) - kTick) == "token_not_yet_valid");
  CHECK(verdict_of_payload(text, policy, moment - Lifetime::seconds(30)) == "accepted");
}

TEST_CASE("J6 dates are numbers within bounds") {
  for (std::string name : {"exp", "iat", "nbf", "auth_time"}) {
    for (std::string value :
         {"\"1767227400\"", "null", "true", "1767227400.5", "1.7672274e9", "-1", "-0.5", "253402300800",
          "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e400", "NaN", "[]", "{}"}) {
      INFO(name << " " << value);
      CHECK(verdict_of_payload(payload().set(name, value).text()) == "token_claims");
    }
  }
  CHECK(verdict_of_payload(payload().set("exp", "253402300799").text()) == "accepted");
  CHECK(verdict_of_payload(payload().set("exp", "0").text()) == "token_expired");
  CHECK(verdict_of_payload(payload().set("auth_time", "-0").text()) == "accepted");
}

TEST_CASE("22 each claim that is ours is required and has its type") {
  for (std::string name : {"iss", "sub", "sid", "jti", "iat", "exp", "ver", "auth_time", "amr", "acr"}) {
    INFO(name);
    CHECK(verdict_of_payload(payload().without(name).text()) == "token_claims");
    for (std::string value : {"null", "true", "{}", "[1]", "1.5", "-1"}) {
      CHECK(verdict_of_payload(payload().set(name, value).text()) == "token_claims");
    }
  }
  for (std::string name : {"sub", "sid", "jti", "acr"}) {
    CHECK(verdict_of_payload(payload().set(name, "4711").text()) == "token_claims");
    CHECK(verdict_of_payload(payload().set(name, "\"\"").text()) == "token_claims");
  }
  CHECK(verdict_of_payload(payload().set("ver", "\"1\"").text()) == "token_claims");
  CHECK(verdict_of_payload(payload().set("amr", "\"pwd\"").text()) == "token_claims");
}

TEST_CASE("A user number has one spelling") {
  for (std::string sub :
       {"0", "-1", "04711", "+4711", " 4711", "4711 ", "4711x", "0x1", "1e3", "9223372036854775808", "\xd9\xa1"}) {
    CHECK(verdict_of_payload(payload().set("sub", json_quoted(sub)).text()) == "token_claims");
  }
  CHECK(verdict_of_payload(payload().set("sub", json_quoted("9223372036854775807")).text()) == "accepted");
  CHECK(verdict_of_payload(payload().set("sub", json_quoted("1")).text()) == "accepted");
}

TEST_CASE("Session and token ids have one spelling") {
  for (std::string name : {"sid", "jti"}) {
    for (std::string id :
         {"000102030405060708090A0B0C0D0E0F", "000102030405060708090a0b0c0d0e0", "000102030405060708090a0b0c0d0e0f0",
          "00010203-0405-0607-0809-0a0b0c0d0e0f", "g00102030405060708090a0b0c0d0e0f"}) {
      CHECK(verdict_of_payload(payload().set(name, json_quoted(id)).text()) == "token_claims");
    }
  }
}

TEST_CASE("Unknown methods are left out and unknown levels refused") {
  auto verified =
      verifier().verify(sealed(good_header(), payload().set("amr", R"(["retina","pwd","future"])").text()), kNow);
  REQUIRE(verified);
  CHECK(verified->assurance().methods == Assurance::password);
  for (std::string acr : {"aal0", "aal4", "aal", "aal22", "AAL2", "2", "aal-"}) {
    CHECK(verdict_of_payload(payload().set("acr", json_quoted(acr)).text()) == "token_claims");
  }
}

TEST_CASE("J9 duplicate claims are refused however they are spelt") {
  for (std::string name : {"sub", "exp", "iss", "own"}) {
    auto text = payload().set("own", "1").add(name, name == "exp" ? "9999999999" : "\"1\"").text();
    CHECK(verdict_of_payload(text) == "token_claims");
  }
  CHECK(verdict_of_payload(R"({"\u0073ub":"1",)" + payload().text().substr(1)) == "token_claims");
  CHECK(verdict_of_payload(payload().set("own", R"({"a":1,"a":2})").text()) == "token_claims");
}

TEST_CASE("A signed payload that is no strict JSON object is refused") {
  auto good = payload().text();
  for (std::string text :
       {std::string(), std::string("{}"), std::string("[]"), std::string("null"), std::string("\"x\""), good + "x",
        good + std::string(1, '\0'), "\xef\xbb\xbf" + good, good.substr(0, good.size() - 1), "[" + good + "]"}) {
    CHECK(verdict_of_payload(text) == "token_claims");
  }
  CHECK(verdict_of_payload(payload().set("own", std::string(17, '[') + std::string(17, ']')).text()) == "token_claims");
  CHECK(verdict_of_payload(" " + good + "\r\n") == "accepted");
}

TEST_CASE("16 a forged token is called forged even if it has expired") {
  auto token = issue();
  auto forged = token.value.substr(0, token.value.rfind('.') + 1) + std::string(43, 'A');
  CHECK(verdict(verifier(), forged, token.expires_at) == "token_signature");
}

namespace {

/// Both readers on one payload: the flat one may only decline, never differ.
void check_agreement(const std::string& text, int& flat, int& declined) {
  RawClaims scanned;
  if (!scan_flat_claims(text, scanned)) {
    ++declined;
    return;
  }
  ++flat;
  auto value = json::parse(text);
  if (!value || !value->is_object()) FAIL("scanned what is not JSON: " << text);
  RawClaims read;
  read_claims(*value, read);
  for (std::size_t i = 0; i < read.claims.size(); ++i) {
    bool same = read.claims[i].kind == scanned.claims[i].kind && read.claims[i].text == scanned.claims[i].text &&
                read.claims[i].integer == scanned.claims[i].integer;
    if (!same) FAIL("differs at " << kClaimNames[i] << " in " << text);
  }
  for (auto texts : {&RawClaims::aud, &RawClaims::amr}) {
    bool same = (read.*texts).size == (scanned.*texts).size;
    for (std::size_t i = 0; same && i < (read.*texts).size; ++i)
      same = (read.*texts).items[i] == (scanned.*texts).items[i];
    if (!same) FAIL("lists differ in " << text);
  }
}

}  // namespace

TEST_CASE("Both payload readers give the same claims for whatever both read") {
  std::mt19937 random(42);
  const std::string alphabet =
      "\"\\,:{}[]0123456789-.e truefalsn\x01\x7f\xc3\xa9"
      "aud";
  const std::vector<std::string> seeds = {payload().text(), payload().set("aud", R"(["a","b"])").text(),
                                          payload().set("role", R"("x")").set("list", "[]").text(), R"({"a":1})",
                                          R"({"ver":0})"};
  int flat = 0, declined = 0;
  for (const auto& seed : seeds) {
    check_agreement(seed, flat, declined);
    for (int i = 0; i < 4000; ++i) {
      auto text = seed;
      for (auto changes = 1 + random() % 2; changes > 0; --changes) {
        auto at = random() % text.size();
        auto c = alphabet[random() % alphabet.size()];
        if (random() % 3 == 0) {
          text.insert(at, 1, c);
        } else if (random() % 2 == 0) {
          text.erase(at, 1);
        } else {
          text[at] = c;
        }
      }
      check_agreement(text, flat, declined);
    }
  }
  CHECK(flat > 1000);
  CHECK(declined > 1000);
}

TEST_CASE("What the issuer writes is read without the general reader") {
  RawClaims scanned;
  CHECK(scan_flat_claims(part(issue().value, 1), scanned));
  CHECK(scan_flat_claims(part(issue(claims(), for_audience("us")).value, 1), scanned) == false);  // the slots are taken
  RawClaims fresh;
  CHECK(scan_flat_claims(part(issue(claims(), for_audience("us")).value, 1), fresh));
}
