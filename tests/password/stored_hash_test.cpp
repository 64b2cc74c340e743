#include "password/stored_hash.hpp"

#include "crypto/password_hash.hpp"
#include "password/fixture.hpp"
#include "password/vectors.hpp"
#include "support/catch.hpp"

using namespace watchword;
using test::CheapHasher;

namespace {

PasswordMatch expected_match(const std::string& name) {
  return name == "match" ? PasswordMatch::match_needs_rehash : PasswordMatch::mismatch;
}

}  // namespace

TEST_CASE("Vectors get the answer of their class") {
  const std::string file = GENERATE(as<std::string>{}, "argon2id.txt", "bcrypt.txt", "refused.txt");
  CheapHasher cheap;
  auto vectors = test::password_vectors(file);
  REQUIRE(vectors.size() >= 9);
  for (const auto& vector : vectors) {
    INFO(vector.stored);
    CHECK(cheap.verify(vector.password, vector.stored) == expected_match(vector.expected));
  }
}

TEST_CASE("P12 what is refused is refused before any of its work") {
  for (const auto& vector : test::password_vectors("refused.txt")) {
    INFO(vector.stored);
    CHECK_FALSE(password::parse_argon2(vector.stored));
    // Only the salt's spare bits are left to the algorithm itself.
    const bool spare_bits = vector.stored.find("CCCCCDE5") != std::string::npos;
    CHECK(password::is_bcrypt(vector.stored) == spare_bits);
  }
}

TEST_CASE("P12 foreign costs are not obeyed") {
  CheapHasher cheap;
  const std::string stored =
      GENERATE(as<std::string>{}, "$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
               "$argon2id$v=19$m=4194304,t=16,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
               "$argon2id$v=19$m=256,t=2147483648,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4");
  CHECK(test::least_cpu_us([&] { cheap.verify("password", stored); }) < 5000);
}

TEST_CASE("Every flipped character of a stored hash is a mismatch") {
  CheapHasher cheap;
  const std::string stored = GENERATE(
      as<std::string>{}, "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
      "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc");
  REQUIRE(cheap.verify("password", stored) == PasswordMatch::match_needs_rehash);
  for (std::size_t i = 0; i < stored.size(); ++i) {
    auto damaged = stored;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    INFO(damaged);
    CHECK(cheap.verify("password", damaged) == PasswordMatch::mismatch);
  }
}

TEST_CASE("A stored string with a NUL is refused") {
  CheapHasher cheap;
  const std::string stored = cheap.hash("correct horse");
  CHECK(cheap.verify("correct horse", stored + '\0') == PasswordMatch::mismatch);
  CHECK(cheap.verify("correct horse", '\0' + stored) == PasswordMatch::mismatch);
}

TEST_CASE("Bounds of the cost hold to the step") {
  CHECK(password::is_bounded({262144, 4, 1}));
  CHECK_FALSE(password::is_bounded({262144, 5, 1}));
  CHECK_FALSE(password::is_bounded({262145, 1, 1}));
  CHECK(password::is_bounded({65536, 16, 1}));
  CHECK_FALSE(password::is_bounded({65536, 17, 1}));
  CHECK(password::is_bounded({128, 1, 16}));
  CHECK_FALSE(password::is_bounded({127, 1, 16}));
  CHECK_FALSE(password::is_bounded({256, 1, 17}));
  CHECK_FALSE(password::is_bounded({8, 0, 1}));
  CHECK_FALSE(password::is_bounded({8, 1, 0}));
  CHECK_FALSE(password::is_bounded({8, 1, 4294967295}));
}

TEST_CASE("What is formatted parses to the same") {
  password::Argon2Hash hash;
  hash.cost = {19456, 2, 1};
  hash.pepper_id = GENERATE("", "k1");
  hash.salt_size = 16;
  hash.tag_size = 32;
  for (std::size_t i = 0; i < 64; ++i) hash.tag_bytes[i] = static_cast<std::uint8_t>(0xFF - i);
  const std::string text = password::format_argon2(hash);
  CHECK(text.size() <= 255);
  auto parsed = password::parse_argon2(text);
  REQUIRE(parsed);
  CHECK(password::format_argon2(*parsed) == text);
  CHECK(parsed->pepper_id == hash.pepper_id);
}

TEST_CASE("Advisory 26 and 29 bcrypt is not asked where it would cut or repeat") {
  for (const auto& vector : test::password_vectors("bcrypt.txt")) {
    INFO(vector.stored);
    const bool right = vector.expected == "match" || vector.expected == "not_utf8";
    CHECK(*crypto::bcrypt_matches(vector.password, vector.stored) == right);
    CHECK_FALSE(*crypto::bcrypt_matches(vector.password + '\0', vector.stored));
    CHECK_FALSE(*crypto::bcrypt_matches(vector.password + '\0' + vector.password, vector.stored));
  }
  CHECK_FALSE(*crypto::bcrypt_matches("U*U", "$2a$xx$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
}
