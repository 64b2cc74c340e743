#include "crypto/digest.hpp"

#include <algorithm>
#include <thread>

#include "crypto/vector_file.hpp"
#include "support/catch.hpp"

using namespace watchword;
using test::bytes_of;
using test::view;

namespace {

std::vector<std::uint8_t> flipped(std::vector<std::uint8_t> bytes, std::size_t at) {
  bytes.at(at) ^= 1;
  return bytes;
}

}  // namespace

TEST_CASE("RFC 4231 HMAC vectors hold and fail with any byte flipped") {
  auto file = test::vector_file("jose/rfc4231.json");
  for (const auto& c : file.find("cases")->elements()) {
    INFO(test::text_of(c, "name"));
    auto key = crypto::HmacKey::create(view(bytes_of(c, "key")));
    if (*c.find("refused")->boolean()) {
      REQUIRE_FALSE(key);
      CHECK(key.error().code() == "hmac_key");
      continue;
    }
    REQUIRE(key);
    auto message = bytes_of(c, "message");
    auto mac = bytes_of(c, "mac");
    CHECK(key->verify(view(message), view(mac)));
    for (std::size_t i = 0; i < mac.size(); ++i) CHECK_FALSE(key->verify(view(message), view(flipped(mac, i))));
    CHECK_FALSE(key->verify(view(flipped(message, 0)), view(mac)));
  }
}

TEST_CASE("J3 HMAC keys under 16 bytes are refused and the empty one above all") {
  std::string key(16, 'k');
  for (std::size_t size = 0; size < 16; ++size) {
    auto made = crypto::HmacKey::create(std::string_view(key).substr(0, size));
    REQUIRE_FALSE(made);
    CHECK(made.error().kind() == Errc::misconfigured);
  }
  CHECK(crypto::HmacKey::create(std::string_view(key)));
}

TEST_CASE("J10 a MAC of another length is refused") {
  auto key = crypto::HmacKey::create(std::string_view("0123456789abcdef0123456789abcdef"));
  auto mac = key->mac(std::string_view("message"));
  for (std::size_t size = 0; size < mac.size(); ++size) {
    CHECK_FALSE(key->verify(std::string_view("message"), {mac.data(), size}));
  }
  std::array<std::uint8_t, 33> longer{};
  std::copy(mac.begin(), mac.end(), longer.begin());
  CHECK_FALSE(key->verify(std::string_view("message"), view(longer)));
  CHECK(key->verify(std::string_view("message"), view(mac)));
}

TEST_CASE("A MAC over two parts is the MAC over both together") {
  auto key = crypto::HmacKey::create(std::string_view("0123456789abcdef0123456789abcdef"));
  CHECK(key->mac(std::string_view("ab"), std::string_view("cd")) == key->mac(std::string_view("abcd")));
  CHECK(key->mac(std::string_view("")) == key->mac(std::string_view(""), std::string_view("")));
}

TEST_CASE("One HMAC key gives right answers to many threads at once") {
  auto key = crypto::HmacKey::create(std::string_view("0123456789abcdef0123456789abcdef"));
  const auto expected = key->mac(std::string_view("message"));
  std::array<int, 48> wrong{};
  std::vector<std::thread> threads;
  for (auto& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) count += key->mac(std::string_view("mess"), std::string_view("age")) != expected;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(std::count(wrong.begin(), wrong.end(), 0) == 48);
}

TEST_CASE("SHA-256 of FIPS 180-4 examples") {
  auto hex = [](const crypto::Digest& digest) {
    std::string out;
    for (auto byte : digest) out += std::string{"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
    return out;
  };
  CHECK(hex(crypto::sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex(crypto::sha256(std::string_view("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("RFC 5869 HKDF vectors") {
  auto file = test::vector_file("jose/rfc5869.json");
  for (const auto& c : file.find("cases")->elements()) {
    INFO(test::text_of(c, "name"));
    auto okm = bytes_of(c, "okm");
    auto derived = crypto::hkdf_salted(view(bytes_of(c, "ikm")), view(bytes_of(c, "salt")), view(bytes_of(c, "info")),
                                       static_cast<std::size_t>(*c.find("size")->integer()));
    REQUIRE(derived);
    CHECK(equal_constant_time(derived->reveal(), view(okm)));
    okm[0] ^= 1;
    CHECK_FALSE(equal_constant_time(derived->reveal(), view(okm)));
  }
}

TEST_CASE("HKDF keeps purposes apart and bounds the size") {
  std::string_view root = "a root key of thirty-two bytes..";
  auto one = crypto::hkdf(root, "watchword/v1/one", 32);
  auto two = crypto::hkdf(root, "watchword/v1/two", 32);
  REQUIRE(one);
  REQUIRE(two);
  CHECK_FALSE(equal_constant_time(one->reveal(), two->reveal()));
  CHECK(equal_constant_time(
      one->reveal(),
      crypto::hkdf_salted(root, std::string_view("watchword/v1"), std::string_view("watchword/v1/one"), 32)->reveal()));
  CHECK(crypto::hkdf(root, "x", 255 * 32));
  CHECK(crypto::hkdf(root, "x", 255 * 32 + 1).error().code() == "hkdf_size");
  CHECK(crypto::hkdf(root, "x", 0).error().code() == "hkdf_size");
}
