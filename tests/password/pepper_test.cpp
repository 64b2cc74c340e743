#include "password/fixture.hpp"
#include "support/catch.hpp"

using namespace watchword;
using test::CheapHasher;

namespace {

std::unique_ptr<Pepper> pepper(std::string id, char fill, std::size_t size = 32,
                               std::unique_ptr<Pepper> previous = nullptr) {
  auto made = std::make_unique<Pepper>();
  made->id = std::move(id);
  made->key = *Secret::copy_of(std::string_view(std::string(size, fill)));
  made->previous = std::move(previous);
  return made;
}

CheapHasher peppered(std::unique_ptr<Pepper> with) { return CheapHasher({8, 1, true}, std::move(with)); }

std::string refusal(std::unique_ptr<Pepper> with) {
  auto pool = test::small_pool();
  test::SeededRng rng;
  auto hasher = make_argon2_hasher({8, 1, true}, *pool, rng, std::move(with));
  return hasher ? "accepted" : std::string(hasher.error().code());
}

}  // namespace

TEST_CASE("P10 a peppered hash names its key and needs it") {
  auto with = peppered(pepper("k1", 'a'));
  CheapHasher without;
  const auto stored = with.hash("correct horse");
  CHECK(stored.find(",keyid=k1$") != std::string::npos);
  CHECK(with.verify("correct horse", stored) == PasswordMatch::match);
  CHECK(with.verify("incorrect", stored) == PasswordMatch::mismatch);
  CHECK(without.verify("correct horse", stored) == PasswordMatch::mismatch);
}

TEST_CASE("P10 a wrong key is a mismatch without a rehash") {
  const auto stored = peppered(pepper("k1", 'a')).hash("correct horse");
  CHECK(peppered(pepper("k1", 'b')).verify("correct horse", stored) == PasswordMatch::mismatch);
  CHECK(peppered(pepper("k2", 'a')).verify("correct horse", stored) == PasswordMatch::mismatch);
}

TEST_CASE("P10 a hash without the pepper is renewed with it") {
  CheapHasher without;
  auto with = peppered(pepper("k1", 'a'));
  CHECK(with.verify("correct horse", without.hash("correct horse")) == PasswordMatch::match_needs_rehash);
  CHECK(with.verify("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW") ==
        PasswordMatch::match_needs_rehash);
}

TEST_CASE("P10 keys rotate without a lost login") {
  const auto stored = peppered(pepper("k1", 'a')).hash("correct horse");
  auto rotated = peppered(pepper("k2", 'b', 32, pepper("k1", 'a')));
  CHECK(rotated.verify("correct horse", stored) == PasswordMatch::match_needs_rehash);
  CHECK(rotated.verify("incorrect", stored) == PasswordMatch::mismatch);
  const auto renewed = rotated.hash("correct horse");
  CHECK(renewed.find(",keyid=k2$") != std::string::npos);
  CHECK(rotated.verify("correct horse", renewed) == PasswordMatch::match);
}

TEST_CASE("P10 a stored hash cannot shed its pepper") {
  auto with = peppered(pepper("k1", 'a'));
  auto stored = with.hash("correct horse");
  stored.erase(stored.find(",keyid=k1"), 9);
  CHECK(with.verify("correct horse", stored) == PasswordMatch::mismatch);
}

TEST_CASE("P10 weak or nameless keys are refused") {
  CHECK(refusal(pepper("k1", 'a')) == "accepted");
  CHECK(refusal(pepper("abcdefghij012345", 'a')) == "accepted");
  CHECK(refusal(pepper("k1", 'a', 31)) == "pepper_invalid");
  CHECK(refusal(pepper("", 'a')) == "pepper_invalid");
  CHECK(refusal(pepper("K1", 'a')) == "pepper_invalid");
  CHECK(refusal(pepper("k$", 'a')) == "pepper_invalid");
  CHECK(refusal(pepper("abcdefghij0123456", 'a')) == "pepper_invalid");
  CHECK(refusal(pepper("k1", 'a', 32, pepper("k1", 'b'))) == "pepper_invalid");
  CHECK(refusal(pepper("k2", 'a', 32, pepper("k1", 'b', 8))) == "pepper_invalid");
}
