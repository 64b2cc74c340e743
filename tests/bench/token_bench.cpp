// Access tokens against the HMAC of the same bytes, in one run: the ratio of check_hs256 to hmac_of_the_same_bytes is
// what the verifier adds.
#include <string>

#include <benchmark/benchmark.h>

#include <watchword/token/token_issuer.hpp>
#include <watchword/token/token_verifier.hpp>

#include "crypto/digest.hpp"

namespace {

using namespace watchword;

constexpr std::string_view kSecret = "vXq3pZ8nR2tY6wL0sD4fG7hJ9kM1bC5xA";
const Timestamp kNow = Timestamp::from_seconds(1767225600);

KeySet symmetric() { return *KeySet::from_secret(*Secret::copy_of(kSecret), {}); }

KeySet asymmetric(std::string_view jwk) { return *KeySet::from_jwks("{\"keys\":[" + std::string(jwk) + "]}"); }

KeySet edwards() {
  return asymmetric(R"({"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"ed",
    "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");
}

KeySet p256() {
  return asymmetric(
      R"({"kty":"EC","crv":"P-256","alg":"ES256","kid":"es","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})");
}

AccessClaims claims() {
  AccessClaims claims;
  claims.user = UserId(4711);
  claims.session = *SessionId::generate(system_rng());
  claims.epoch = 1767225600123;
  claims.assurance = {Assurance::password, kNow, 1};
  return claims;
}

std::string token(const KeySet& keys) {
  return (*make_jwt_issuer(keys, {}, system_rng()))->issue(claims(), kNow)->value;
}

void hmac_of_the_same_bytes(benchmark::State& state) {
  auto key = *crypto::HmacKey::create(kSecret);
  std::string text = token(symmetric());
  text.resize(text.rfind('.'));
  for (auto _ : state) benchmark::DoNotOptimize(key.mac(std::string_view(text)));
  state.counters["bytes"] = benchmark::Counter(static_cast<double>(text.size()), benchmark::Counter::kAvgThreads);
}

void check(benchmark::State& state, const KeySet& keys) {
  auto verifier = *TokenVerifier::create(keys, {});
  std::string text = token(keys);
  for (auto _ : state) {
    auto verified = verifier.verify(text, kNow);
    if (!verified) state.SkipWithError("the token is refused");
    benchmark::DoNotOptimize(verified);
  }
  state.counters["bytes"] = benchmark::Counter(static_cast<double>(text.size()), benchmark::Counter::kAvgThreads);
}

void issue(benchmark::State& state, const KeySet& keys) {
  auto issuer = *make_jwt_issuer(keys, {}, system_rng());
  auto what = claims();
  for (auto _ : state) benchmark::DoNotOptimize(issuer->issue(what, kNow));
}

void check_hs256(benchmark::State& state) { check(state, symmetric()); }
void check_eddsa(benchmark::State& state) { check(state, edwards()); }
void check_es256(benchmark::State& state) { check(state, p256()); }
void issue_hs256(benchmark::State& state) { issue(state, symmetric()); }
void issue_eddsa(benchmark::State& state) { issue(state, edwards()); }
void issue_es256(benchmark::State& state) { issue(state, p256()); }

BENCHMARK(hmac_of_the_same_bytes);
BENCHMARK(check_hs256);
BENCHMARK(check_hs256)->Threads(2);
BENCHMARK(issue_hs256);
BENCHMARK(check_eddsa);
BENCHMARK(issue_eddsa);
BENCHMARK(check_es256);
BENCHMARK(issue_es256);

}  // namespace
