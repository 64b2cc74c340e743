#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "crypto/signature.hpp"
#include "support/catch.hpp"
#include "token/forge.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

void check_equal(const VerifiedToken& token, const AccessClaims& made, const AccessToken& issued) {
  CHECK(token.user() == made.user);
  CHECK(token.session() == made.session);
  CHECK(token.id() == issued.id);
  CHECK(token.epoch() == made.epoch);
  CHECK(token.issued_at() == kNow);
  CHECK(token.expires_at() == issued.expires_at);
  CHECK(token.assurance().methods == made.assurance.methods);
  CHECK(token.assurance().authenticated_at == made.assurance.authenticated_at);
  CHECK(token.assurance().level == made.assurance.level);
}

constexpr auto kKeys = R"({"keys":[
  {"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"ed","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
   "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","status":"STATUS_ED"},
  {"kty":"EC","crv":"P-256","alg":"ES256","kid":"es","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
   "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
  {"kty":"oct","alg":"HS256","kid":"hs","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}
]})";

}  // namespace

TEST_CASE("A token says what was put into it") {
  auto issued = issue();
  auto verified = verifier().verify(issued.value, kNow);
  REQUIRE(verified);
  check_equal(*verified, claims(), issued);
  CHECK(issued.lifetime == Lifetime::minutes(30));
  CHECK(issued.expires_at == kNow + Lifetime::minutes(30));
}

TEST_CASE("J14 the claims and the header of a token are these and no others") {
  auto issued = issue();
  CHECK(part(issued.value, 1) ==
        R"({"iss":"watchword","sub":"4711","sid":"000102030405060708090a0b0c0d0e0f","jti":")" + issued.id.text() +
            R"(","iat":1767225600,"exp":1767227400,"ver":1767225600123,"auth_time":1767225300,"amr":["pwd","otp"],)" +
            R"("acr":"aal2"})");
  auto made = json::parse(part(issued.value, 0));
  REQUIRE(made);
  CHECK(made->members().size() == 3);
  CHECK(made->find("alg")->text() == "HS256");
  CHECK(made->find("typ")->text() == "at+jwt");
  CHECK(part(issued.value, 0).find(kSecret.substr(0, 6)) == std::string::npos);
}

TEST_CASE("Each method and level comes back") {
  for (std::uint32_t methods = 0; methods < 32; ++methods) {
    auto made = claims();
    made.assurance.methods = methods;
    made.assurance.level = static_cast<std::uint8_t>(1 + methods % 3);
    auto issued = issue(made);
    auto verified = verifier().verify(issued.value, kNow);
    REQUIRE(verified);
    check_equal(*verified, made, issued);
  }
}

TEST_CASE("Each algorithm signs and verifies and J11 the first active key signs") {
  std::string text = kKeys;
  auto status = GENERATE(std::string("active"), std::string("retired"));
  text.replace(text.find("STATUS_ED"), 9, status);
  auto set = KeySet::from_jwks(text);
  REQUIRE(set);
  SeededRng rng;
  auto issuer = make_jwt_issuer(*set, {}, rng);
  REQUIRE(issuer);
  auto issued = (*issuer)->issue(claims(), kNow);
  REQUIRE(issued);
  CHECK(json::parse(part(issued->value, 0))->find("alg")->text() == (status == "active" ? "EdDSA" : "ES256"));
  auto verified = TokenVerifier::create(*set, {})->verify(issued->value, kNow);
  REQUIRE(verified);
  check_equal(*verified, claims(), *issued);
}

TEST_CASE("Times are whole seconds rounded down so that no verifier sees the future") {
  auto issued = issue(claims(), {}, Timestamp::from_microseconds(1767225600999999));
  auto verified = verifier().verify(issued.value, kNow);
  REQUIRE(verified);
  CHECK(verified->issued_at() == kNow);
  CHECK(verified->expires_at() == kNow + Lifetime::minutes(30));
  CHECK(issued.expires_at == verified->expires_at());
}

TEST_CASE("Extra claims are carried and do no harm") {
  auto made = claims();
  made.extra = {{"role", R"("admin")"}, {"org", R"({"id":7,"names":["a","\u00e9"]})"}, {"flag", "true"}, {"n", "1.5"}};
  auto issued = issue(made);
  auto verified = verifier().verify(issued.value, kNow);
  REQUIRE(verified);
  check_equal(*verified, made, issued);
  CHECK(json::parse(part(issued.value, 1))->find("org")->find("id")->integer() == 7);
}

TEST_CASE("The issuer and audience may be any text") {
  TokenPolicy policy;
  policy.issuer = "https://example.org/\"quoted\"/\xc3\xa9";
  policy.audience = "back\\slash";
  CHECK(verdict(verifier(policy), issue(claims(), policy).value) == "accepted");
}

TEST_CASE("PyJWT accepts our tokens with the same key") {
  if (std::system("/usr/bin/python3 -c 'import jwt' 2>/dev/null") != 0) {
    if (std::getenv("CI") != nullptr) FAIL("python3-jwt is not installed");
    WARN("SKIPPED: python3-jwt is not installed");
    return;
  }
  SeededRng rng;
  auto issued = (*make_jwt_issuer(keys(), {}, rng))->issue(claims(), system_clock().now());
  REQUIRE(issued);
  auto run = [&](std::string_view key) {
    std::string command =
        "/usr/bin/python3 -c 'import jwt,sys; print(jwt.decode(sys.argv[1], sys.argv[2], algorithms=[\"HS256\"])";
    command += "[\"sub\"])' " + issued->value + " " + std::string(key) + " 2>/dev/null";
    std::string out(16, '\0');
    std::FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    out.resize(std::fread(out.data(), 1, out.size(), pipe));
    ::pclose(pipe);
    return out;
  };
  CHECK(run(kSecret) == "4711\n");
  CHECK(run(kOldSecret).empty());
}

TEST_CASE("One verifier serves many threads at once") {
  auto checker = verifier();
  auto token = issue().value;
  std::array<int, 16> accepted{};
  std::vector<std::thread> threads;
  for (auto& count : accepted) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) count += checker.verify(token, kNow).has_value();
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(std::count(accepted.begin(), accepted.end(), 200) == 16);
}
