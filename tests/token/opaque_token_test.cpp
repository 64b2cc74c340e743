#include <type_traits>

#include <watchword/token/opaque_token.hpp>

#include "crypto/digest.hpp"
#include "support/catch.hpp"
#include "support/seeded_rng.hpp"

using namespace watchword;

namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. \n";

OpaqueToken made() {
  test::SeededRng rng;
  return *OpaqueToken::generate("wwr_", rng);
}

bool parses(std::string_view text) { return OpaqueToken::parse("wwr_", text).has_value(); }

}  // namespace

static_assert(!std::is_copy_constructible_v<OpaqueToken> && !std::is_convertible_v<OpaqueToken, std::string> &&
              !std::is_convertible_v<OpaqueToken, TokenDigest> && !std::is_constructible_v<TokenDigest, std::string>);

TEST_CASE("S1 an opaque token has its prefix and 256 bits and reads back equal") {
  auto token = made();
  CHECK(token.reveal().size() == 47);
  CHECK(token.reveal().substr(0, 4) == "wwr_");
  auto back = OpaqueToken::parse("wwr_", token.reveal());
  REQUIRE(back);
  CHECK(back->reveal() == token.reveal());
  CHECK(back->digest() == token.digest());
}

TEST_CASE("S1 the digest is SHA-256 of the text") {
  std::array<std::uint8_t, 32> secret{};
  auto token = OpaqueToken::from_secret("wwr_", secret);
  REQUIRE(token);
  CHECK(token->reveal() == "wwr_" + std::string(43, 'A'));
  auto expected = crypto::sha256(std::string_view("wwr_" + std::string(43, 'A')));
  CHECK(equal_constant_time(token->digest().view(), {expected.data(), expected.size()}));
  secret[31] = 1;
  CHECK(OpaqueToken::from_secret("wwr_", secret)->digest() != token->digest());
}

TEST_CASE("21 every prefix and every extension of an opaque token is refused") {
  auto token = made();
  std::string text(token.reveal());
  for (std::size_t size = 0; size < text.size(); ++size) CHECK_FALSE(parses(text.substr(0, size)));
  for (char c : std::string_view(kAlphabet)) {
    CHECK_FALSE(parses(text + c));
    CHECK_FALSE(parses(c + text));
  }
  CHECK(parses(text));
}

TEST_CASE("21 every changed character gives no token or one of another digest") {
  auto token = made();
  const std::string text(token.reveal());
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (char c : std::string_view(kAlphabet)) {
      if (c == text[i]) continue;
      auto changed = text;
      changed[i] = c;
      auto parsed = OpaqueToken::parse("wwr_", changed);
      if (i < 4 && parsed) FAIL("another prefix at " << i);
      if (parsed && parsed->digest() == token.digest()) FAIL("second spelling at " << i);
    }
  }
}

TEST_CASE("21 the last character has no spare bits") {
  std::array<std::uint8_t, 32> secret{};
  auto token = OpaqueToken::from_secret("wwr_", secret);
  std::string text(token->reveal());
  int spellings = 0;
  for (char c : std::string_view(kAlphabet)) {
    text.back() = c;
    spellings += parses(text);
  }
  CHECK(spellings == 16);
}

TEST_CASE("An opaque token of another kind is refused") {
  test::SeededRng rng;
  auto token = OpaqueToken::generate("wwx_", rng);
  auto parsed = OpaqueToken::parse("wwr_", token->reveal());
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code() == "token_malformed");
  CHECK(parsed.error().kind() == Errc::unauthenticated);
}

TEST_CASE("C2 no opaque token is made when the generator fails") {
  test::SeededRng rng;
  rng.fail_after(0);
  CHECK(OpaqueToken::generate("wwr_", rng).error().code() == "rng_failed");
}
