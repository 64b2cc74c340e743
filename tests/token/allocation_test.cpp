#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "token/forge.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

template <class Call>
long allocations_of(Call call) {
  long before = allocations();
  call();
  return allocations() - before;
}

}  // namespace

TEST_CASE("The counter counts") {
  CHECK(allocations_of([] { ::operator delete(::operator new(1)); }) == 1);
  CHECK(allocations_of([] { auto text = std::string(100, 'x'); }) == 1);
}

TEST_CASE("Checking an HS256 token allocates nothing whether it is good or bad") {
  auto checker = verifier();
  auto token = issue().value;
  auto forged = token.substr(0, token.size() - 1) + (token.back() == 'A' ? 'B' : 'A');
  auto malformed = std::string(2000, '.');
  REQUIRE(verdict(checker, token) == "accepted");
  long accepted = 0;
  CHECK(allocations_of([&] {
          for (int i = 0; i < 100; ++i) accepted += checker.verify(token, kNow).has_value();
        }) == 0);
  CHECK(accepted == 100);
  CHECK(allocations_of([&] { (void)checker.verify(forged, kNow).has_value(); }) == 0);
  CHECK(allocations_of([&] { (void)checker.verify(malformed, kNow).has_value(); }) == 0);
  CHECK(allocations_of([&] { (void)checker.verify(token, kNow + Lifetime::hours(1)).has_value(); }) == 0);
}

TEST_CASE("Checking allocates nothing also with an audience and simple claims of the host") {
  TokenPolicy policy;
  policy.audience = "api";
  auto made = claims();
  made.extra = {{"role", R"("admin")"}, {"scopes", R"(["read","write"])"}, {"org", "7"}};
  auto checker = verifier(policy);
  auto token = issue(made, policy).value;
  REQUIRE(verdict(checker, token) == "accepted");
  CHECK(allocations_of([&] { (void)checker.verify(token, kNow).has_value(); }) == 0);
}

TEST_CASE("J9 and 13 dots up to the cap and far over it allocate nothing") {
  auto checker = verifier();
  std::string dots(1 << 20, '.');
  CHECK(allocations_of([&] { (void)checker.verify(dots, kNow).has_value(); }) == 0);
  CHECK(allocations_of([&] { (void)checker.verify(std::string_view(dots).substr(0, 2048), kNow).has_value(); }) == 0);
}

TEST_CASE("4.29 whichever allocation fails a token is issued or refused in order") {
  SeededRng rng;
  auto issuer = *make_jwt_issuer(keys(), {}, rng);
  auto made = claims();
  made.extra = {{"org", R"({"id":7})"}};
  for (long n = 0; n < 1000; ++n) {
    fail_allocations_after(n);
    auto issued = issuer->issue(made, kNow);
    fail_allocations_after(-1);
    if (issued) {
      CHECK(n > 0);
      CHECK(verdict(verifier(), issued->value) == "accepted");
      return;
    }
    CHECK(issued.error().code() == "out_of_memory");
  }
  FAIL("never issued");
}

TEST_CASE("4.29 a token whose check runs out of memory is neither accepted nor called forged") {
  auto checker = verifier();
  auto token = sealed(" " + good_header(), " " + payload().text());
  for (long n = 0; n < 1000; ++n) {
    fail_allocations_after(n);
    auto verified = checker.verify(token, kNow);
    fail_allocations_after(-1);
    if (verified) {
      CHECK(n > 0);
      return;
    }
    CHECK(verified.error().code() == "out_of_memory");
  }
  FAIL("never accepted");
}

TEST_CASE("4.29 a key set is made whole or not at all") {
  auto secret = secret_of(kSecret);
  auto old = secret_of(kOldSecret);
  for (long n = 0; n < 1000; ++n) {
    fail_allocations_after(n);
    auto set = KeySet::from_secret(secret, old);
    fail_allocations_after(-1);
    if (set) {
      CHECK(verdict(*TokenVerifier::create(*set, {}), issue().value) == "accepted");
      return;
    }
    CHECK(set.error().kind() == Errc::unavailable);
  }
  FAIL("never made");
}
