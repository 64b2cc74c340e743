#include <array>
#include <map>

#include "crypto/password_hash.hpp"
#include "password/vectors.hpp"
#include "support/catch.hpp"

using namespace watchword;

namespace {

std::map<std::string, std::string> rfc_vector() {
  auto file = test::open_vectors("rfc9106.txt");
  std::map<std::string, std::string> fields;
  for (std::string name, value; file >> name >> value;) fields[name] = value;
  return fields;
}

std::string tag_of(std::map<std::string, std::string> in) {
  crypto::Argon2Cost cost{static_cast<std::uint32_t>(std::stoul(in["memory_kib"])),
                          static_cast<std::uint32_t>(std::stoul(in["passes"])),
                          static_cast<std::uint32_t>(std::stoul(in["lanes"]))};
  const std::string password = test::from_hex(in["password"]);
  const std::string salt = test::from_hex(in["salt"]);
  const std::string key = test::from_hex(in["key"]);
  const std::string associated = test::from_hex(in["data"]);
  std::array<std::uint8_t, 32> tag{};
  REQUIRE(crypto::argon2id_keyed(cost, std::string_view(password), std::string_view(salt), std::string_view(key),
                                 std::string_view(associated), tag.data(), tag.size()));
  return {tag.begin(), tag.end()};
}

}  // namespace

TEST_CASE("P8 the Argon2id vector of RFC 9106 section 5.3") {
  auto vector = rfc_vector();
  CHECK(tag_of(vector) == test::from_hex(vector["tag"]));
}

TEST_CASE("P8 the vector fails when any input changes") {
  const std::string field = GENERATE(as<std::string>{}, "password", "salt", "key", "data");
  auto vector = rfc_vector();
  vector[field][0] = '8';
  CHECK(tag_of(vector) != test::from_hex(vector["tag"]));
}

TEST_CASE("A hash does not depend on whose memory it fills") {
  alignas(64) static std::array<std::uint8_t, 256 * 1024> memory{};
  std::array<std::uint8_t, 32> own{};
  std::array<std::uint8_t, 32> given{};
  std::array<std::uint8_t, 32> small{};
  const crypto::Argon2Cost cost{256, 2, 1};
  const std::string_view password = "password";
  const std::string_view salt = "somesalt";
  REQUIRE(crypto::argon2id(cost, password, salt, {}, own.data(), own.size()));
  REQUIRE(crypto::argon2id(cost, password, salt, {memory.data(), memory.size()}, given.data(), given.size()));
  REQUIRE(crypto::argon2id(cost, password, salt, {memory.data(), memory.size() - 1}, small.data(), small.size()));
  CHECK(own == given);
  CHECK(own == small);
  for (auto byte : memory) {
    if (byte != 0) FAIL("P15 the memory was not wiped");
  }
}
