#include <set>
#include <thread>
#include <tuple>

#include "password/fixture.hpp"
#include "support/catch.hpp"

using namespace watchword;
using test::CheapHasher;

namespace {

constexpr std::string_view kDecomposed = "caf\x65\xCC\x81 au lait";
constexpr std::string_view kComposed = "caf\xC3\xA9 au lait";
const std::string kBcrypt = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

std::string hash_error(std::string_view typed) {
  CheapHasher cheap;
  auto hash = cheap.hasher->hash(test::password(typed));
  if (hash) return "accepted";
  CHECK(hash.error().kind() == Errc::invalid_input);
  CHECK(hash.error().field() == "password");
  return std::string(hash.error().code());
}

Result<std::unique_ptr<PasswordHasher>> hasher_of(const Argon2Policy& policy, HashPool& pool) {
  static test::SeededRng rng;
  return make_argon2_hasher(policy, pool, rng);
}

}  // namespace

TEST_CASE("A password matches its own hash and no other") {
  CheapHasher cheap;
  const auto stored = cheap.hash("correct horse");
  CHECK(stored.rfind("$argon2id$v=19$m=8,t=1,p=1$", 0) == 0);
  CHECK(stored.size() <= 255);
  CHECK(cheap.verify("correct horse", stored) == PasswordMatch::match);
  CHECK(cheap.verify("correct horsf", stored) == PasswordMatch::mismatch);
  CHECK(cheap.verify("correct hors", stored) == PasswordMatch::mismatch);
  CHECK(cheap.verify("", stored) == PasswordMatch::mismatch);
}

TEST_CASE("P9 every hash has a salt of its own") {
  CheapHasher cheap;
  std::set<std::string> hashes;
  for (int i = 0; i < 500; ++i) hashes.insert(cheap.hash("correct horse"));
  CHECK(hashes.size() == 500);
}

TEST_CASE("P9 without randomness there is no hash") {
  CheapHasher cheap;
  cheap.rng.fail_after(0);
  auto hash = cheap.hasher->hash(test::password("correct horse"));
  REQUIRE_FALSE(hash);
  CHECK(hash.error().code() == "rng_failed");
}

TEST_CASE("P8 a hasher below the floor is refused") {
  auto pool = *HashPool::create({});
  const auto [memory, passes] = GENERATE(table<std::uint32_t, std::uint32_t>(
      {{19456, 1}, {19455, 2}, {12287, 3}, {9215, 4}, {7167, 5}, {7168, 4}, {8, 16}}));
  CHECK(hasher_of({memory, passes, false}, *pool).error().code() == "argon2_policy");
  CHECK(hasher_of({memory, passes, true}, *pool));
}

TEST_CASE("P8 costs at the floor are accepted") {
  HashPoolOptions options;
  options.hash_memory_kib = 47104;
  auto pool = *HashPool::create(options);
  const auto [memory, passes] = GENERATE(
      table<std::uint32_t, std::uint32_t>({{47104, 1}, {19456, 2}, {12288, 3}, {9216, 4}, {7168, 5}, {20000, 3}}));
  CHECK(hasher_of({memory, passes, false}, *pool));
}

TEST_CASE("Policies that could not be verified are refused") {
  HashPoolOptions options;
  options.budget_mib = 1024;
  options.hash_memory_kib = 512 * 1024;
  auto pool = *HashPool::create(options);
  CHECK(hasher_of({262144, 4, false}, *pool));
  const auto [memory, passes] =
      GENERATE(table<std::uint32_t, std::uint32_t>({{262145, 1}, {262144, 5}, {19456, 17}, {7, 1}, {8, 0}, {0, 0}}));
  CHECK(hasher_of({memory, passes, true}, *pool).error().kind() == Errc::misconfigured);
}

TEST_CASE("A policy that exceeds the pool's memory is refused") {
  HashPoolOptions options;
  options.hash_memory_kib = 19455;
  auto pool = *HashPool::create(options);
  CHECK(hasher_of({19456, 2, false}, *pool).error().code() == "argon2_policy");
}

TEST_CASE("P11 any difference to the policy asks for a rehash") {
  CheapHasher cheap;
  const Argon2Policy other = GENERATE(Argon2Policy{16, 1, true}, Argon2Policy{8, 2, true});
  CheapHasher changed(other);
  CHECK(changed.verify("correct horse", cheap.hash("correct horse")) == PasswordMatch::match_needs_rehash);
  CHECK(cheap.verify("correct horse", changed.hash("correct horse")) == PasswordMatch::match_needs_rehash);
  CHECK(cheap.verify("incorrect", changed.hash("correct horse")) == PasswordMatch::mismatch);
}

TEST_CASE("P11 bcrypt asks for a rehash") {
  CheapHasher cheap;
  CHECK(cheap.verify("U*U", kBcrypt) == PasswordMatch::match_needs_rehash);
  CHECK(cheap.verify("U*U*", kBcrypt) == PasswordMatch::mismatch);
}

TEST_CASE("P4 composed and decomposed spellings are one password") {
  CheapHasher cheap;
  CHECK(cheap.verify(kDecomposed, cheap.hash(kComposed)) == PasswordMatch::match);
  CHECK(cheap.verify(kComposed, cheap.hash(kDecomposed)) == PasswordMatch::match);
}

TEST_CASE("P4 an imported hash of bytes that are not NFC is matched and renewed") {
  CheapHasher cheap;
  // bcrypt of "e" U+0301 and of U+00E9, by libxcrypt.
  const std::string decomposed = "$2b$04$abcdefghijklmnopqrstuuMdPOZgfL4Rfg6Rd30rOY2XcX0hEFhDK";
  const std::string composed = "$2b$04$abcdefghijklmnopqrstuuhLs2FTTXh4aTzDmos5X8XImgHYf5TbO";
  CHECK(cheap.verify("e\xCC\x81", decomposed) == PasswordMatch::match_needs_rehash);
  CHECK(cheap.verify("\xC3\xA9", decomposed) == PasswordMatch::mismatch);
  CHECK(cheap.verify("e\xCC\x81", composed) == PasswordMatch::match_needs_rehash);
  CHECK(cheap.verify("\xC3\xA9", composed) == PasswordMatch::match_needs_rehash);
}

TEST_CASE("P2 passwords are never cut") {
  CheapHasher cheap;
  const std::string longest(1024, 'a');
  std::string other = longest;
  other.back() = 'b';
  const auto stored = cheap.hash(longest);
  CHECK(cheap.verify(longest, stored) == PasswordMatch::match);
  CHECK(cheap.verify(other, stored) == PasswordMatch::mismatch);
  CHECK(hash_error(longest) == "accepted");
  CHECK(hash_error(longest + "a") == "password_too_long");
  CHECK(cheap.verify(longest + "a", stored) == PasswordMatch::mismatch);
}

TEST_CASE("4.22 NUL and what is not UTF-8 are refused") {
  CHECK(hash_error(std::string_view("\0ab", 3)) == "password_invalid");
  CHECK(hash_error(std::string_view("a\0b", 3)) == "password_invalid");
  CHECK(hash_error(std::string_view("ab\0", 3)) == "password_invalid");
  CHECK(hash_error("\xff") == "password_invalid");
  CHECK(hash_error("\xed\xa0\x80") == "password_invalid");
  CHECK(hash_error("") == "accepted");
  CheapHasher cheap;
  CHECK(cheap.verify(std::string_view("U*U\0", 4), kBcrypt) == PasswordMatch::mismatch);
  CHECK(cheap.verify(std::string_view("U*U\0U*U", 7), kBcrypt) == PasswordMatch::mismatch);
}

TEST_CASE("Advisory 31 a huge password costs no more than a default hash") {
  CheapHasher cheap({4096, 2, true});
  const auto huge = test::password(std::string(1 << 20, 'a'));
  const auto stored = cheap.hash("correct horse");
  const double usual = test::least_cpu_us([&] { CHECK(cheap.hasher->hash(test::password("correct horse"))); });
  CHECK(test::least_cpu_us([&] { CHECK(cheap.hasher->verify(huge, stored)); }) < 3 * usual);
  CHECK(test::least_cpu_us([&] { CHECK_FALSE(cheap.hasher->hash(huge)); }) < usual);
}

TEST_CASE("P14 what cannot match costs what a default hash costs") {
  CheapHasher cheap({4096, 2, true});
  const std::string bcrypt73 = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
  const auto usable = cheap.hash("correct horse");
  const std::tuple<std::string, std::string> row = GENERATE_REF(table<std::string, std::string>(
      {{"correct horse", "!"},
       {"correct horse", ""},
       {"correct horse", "$argon2id$v=19$m=8,t=1,p=1$broken"},
       {"correct horse",
        "$argon2id$v=19$m=256,t=2,p=1,keyid=gone$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"},
       {"correct horse", "$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
       {"\xff", usable},
       {std::string(1025, 'a'), usable},
       {std::string(73, 'a'), bcrypt73}}));
  const std::string& typed = std::get<0>(row);
  const std::string& stored = std::get<1>(row);
  INFO(stored);
  const double usual = test::least_cpu_us([&] { CHECK(cheap.hasher->hash(test::password("correct horse"))); });
  const double spent = test::least_cpu_us([&] { CHECK(cheap.verify(typed, stored) == PasswordMatch::mismatch); });
  CHECK(spent > 0.3 * usual);
  CHECK(spent < 3 * usual);
}

TEST_CASE("P14 an unknown user costs what a known one costs for every spelling") {
  CheapHasher cheap({4096, 2, true});
  const auto stored = cheap.hash("correct horse");
  const std::string typed = GENERATE(as<std::string>{}, "wrong horse", "caf\x65\xCC\x81", "\xff");
  const double known = test::least_cpu_us([&] { CHECK(cheap.verify(typed, stored) == PasswordMatch::mismatch); });
  const double unknown = test::least_cpu_us([&] { CHECK(cheap.hasher->verify_nothing(test::password(typed))); });
  CHECK(unknown > 0.3 * known);
  CHECK(unknown < 3 * known);
}

TEST_CASE("P14 what costs another time than a default hash is told from what does not") {
  auto pepper = std::make_unique<Pepper>(Pepper{"p", *Secret::copy_of(std::string_view(std::string(32, 'p')))});
  CheapHasher own({16, 1, true}, std::move(pepper));
  const std::string tail = "$c29tZXNhbHQ$" + std::string(43, 'A');
  CHECK(own.hasher->costs_as_usual(own.hash("a password")));
  CHECK(own.hasher->costs_as_usual(CheapHasher({16, 1, true}).hash("a password")));
  for (const char* head : {"$argon2id$v=19$m=16,t=1,p=1", "$argon2id$v=19$m=64,t=1,p=1,keyid=gone",
                           "$argon2id$v=16$m=64,t=1,p=1", "$argon2i$v=19$m=64,t=1,p=1", ""}) {
    CAPTURE(head);
    CHECK(own.hasher->costs_as_usual(head + tail));
  }
  for (const char* head : {"$argon2id$v=19$m=64,t=1,p=1", "$argon2id$v=19$m=16,t=2,p=1", "$argon2id$v=19$m=16,t=1,p=2",
                           "$argon2id$v=19$m=8,t=1,p=1,keyid=p"}) {
    CAPTURE(head);
    CHECK_FALSE(own.hasher->costs_as_usual(head + tail));
  }
  CHECK(own.hasher->costs_as_usual("!"));
  CHECK_FALSE(own.hasher->costs_as_usual("$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"));
}

TEST_CASE("Hashes are the same on and off the pool") {
  CheapHasher cheap({4096, 1, true});
  std::string inside;
  REQUIRE(cheap.pool->run([&] { inside = cheap.hash("correct horse"); }));
  CHECK(cheap.verify("correct horse", inside) == PasswordMatch::match);
  const auto outside = cheap.hash("correct horse");
  PasswordMatch match{};
  REQUIRE(cheap.pool->run([&] { match = cheap.verify("correct horse", outside); }));
  CHECK(match == PasswordMatch::match);
  CHECK(cheap.pool->usage().arenas == 1);
}

TEST_CASE("A hash that is dearer than the pool's is verified on the pool too") {
  HashPoolOptions options;
  options.hash_memory_kib = 8;
  options.threads = 2;
  auto pool = *HashPool::create(options);
  test::SeededRng rng;
  auto hasher = *make_argon2_hasher({8, 1, true}, *pool, rng);
  const std::string dear = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  const auto password = test::password("password");
  const auto check = [&] {
    PasswordMatch match{};
    auto ran = pool->run([&] { match = *hasher->verify(password, dear); });
    return ran ? match : PasswordMatch::mismatch;
  };
  PasswordMatch other{};
  std::thread parallel([&] { other = check(); });
  CHECK(check() == PasswordMatch::match_needs_rehash);
  parallel.join();
  CHECK(other == PasswordMatch::match_needs_rehash);
}
