#include "crypto/signature.hpp"

#include <thread>

#include "crypto/vector_file.hpp"
#include "support/catch.hpp"

using namespace watchword;
using crypto::Curve;
using test::bytes_of;
using test::view;

namespace {

Curve curve_of(const json::Value& c) { return test::text_of(c, "curve") == "P-256" ? Curve::p256 : Curve::ed25519; }

json::Value cases() { return test::vector_file("jose/signatures.json"); }

/// The order of P-256 and its prime, big endian.
const std::string kOrder = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const std::string kPrime = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";

std::vector<std::uint8_t> from_hex(const std::string& hex) {
  return bytes_of(*json::parse("{\"v\":\"" + hex + "\"}"), "v");
}

}  // namespace

TEST_CASE("RFC 6979 and RFC 8032 vectors sign to the published bytes") {
  auto file = cases();
  for (const auto& c : file.find("cases")->elements()) {
    INFO(test::text_of(c, "name"));
    auto key = crypto::PrivateKey::create(curve_of(c), view(bytes_of(c, "d")));
    REQUIRE(key);
    auto signature = key->sign(view(bytes_of(c, "message")));
    REQUIRE(signature);
    CHECK(equal_constant_time(view(*signature), view(bytes_of(c, "signature"))));
    CHECK(equal_constant_time(view(key->x()), view(bytes_of(c, "x"))));
    if (curve_of(c) == Curve::p256) CHECK(equal_constant_time(view(key->y()), view(bytes_of(c, "y"))));
  }
}

TEST_CASE("RFC 6979 and RFC 8032 vectors verify and fail with any byte flipped or missing") {
  auto file = cases();
  for (const auto& c : file.find("cases")->elements()) {
    INFO(test::text_of(c, "name"));
    auto key = crypto::PublicKey::create(curve_of(c), view(bytes_of(c, "x")), view(bytes_of(c, "y")));
    REQUIRE(key);
    auto message = bytes_of(c, "message");
    auto signature = bytes_of(c, "signature");
    CHECK(key->verify(view(message), view(signature)));
    for (std::size_t i = 0; i < signature.size(); ++i) {
      auto wrong = signature;
      wrong[i] ^= 0x10;
      CHECK_FALSE(key->verify(view(message), view(wrong)));
      CHECK_FALSE(key->verify(view(message), {signature.data(), i}));
    }
    message.push_back(0);
    CHECK_FALSE(key->verify(view(message), view(signature)));
  }
}

TEST_CASE("J3 private keys out of range are refused") {
  std::vector<std::uint8_t> zero(32);
  auto order = from_hex(kOrder);
  CHECK(crypto::PrivateKey::create(Curve::p256, view(zero)).error().code() == "private_key");
  CHECK(crypto::PrivateKey::create(Curve::p256, view(order)).error().code() == "private_key");
  --order.back();
  CHECK(crypto::PrivateKey::create(Curve::p256, view(order)));
  for (std::size_t size : {0U, 31U, 33U, 64U}) {
    std::vector<std::uint8_t> other(size, 1);
    CHECK_FALSE(crypto::PrivateKey::create(Curve::p256, view(other)));
    CHECK_FALSE(crypto::PrivateKey::create(Curve::ed25519, view(other)));
  }
}

TEST_CASE("J3 public keys off the curve or out of range are refused") {
  auto c = *json::parse(R"({"x":"60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
                            "y":"7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"})");
  auto x = bytes_of(c, "x");
  auto y = bytes_of(c, "y");
  REQUIRE(crypto::PublicKey::create(Curve::p256, view(x), view(y)));
  auto moved = y;
  moved[31] ^= 1;
  CHECK(crypto::PublicKey::create(Curve::p256, view(x), view(moved)).error().code() == "public_key");
  std::vector<std::uint8_t> zero(32);
  CHECK_FALSE(crypto::PublicKey::create(Curve::p256, view(zero), view(zero)));
  CHECK_FALSE(crypto::PublicKey::create(Curve::p256, view(from_hex(kPrime)), view(y)));
  CHECK_FALSE(crypto::PublicKey::create(Curve::p256, {x.data(), 31}, view(y)));
  CHECK_FALSE(crypto::PublicKey::create(Curve::p256, view(x), {}));
  CHECK_FALSE(crypto::PublicKey::create(Curve::ed25519, view(x), view(y)));
  CHECK_FALSE(crypto::PublicKey::create(Curve::ed25519, {}, {}));
}

TEST_CASE("The public half verifies what the private half signs on many threads at once") {
  auto curve = GENERATE(Curve::ed25519, Curve::p256);
  std::vector<std::uint8_t> d(32, 7);
  auto key = crypto::PrivateKey::create(curve, view(d));
  REQUIRE(key);
  auto half = key->public_key();
  REQUIRE(half);
  CHECK(half->curve() == curve);
  std::array<int, 4> good{};
  std::vector<std::thread> threads;
  for (auto& count : good) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        std::string message = std::to_string(i);
        auto signature = key->sign(std::string_view(message));
        count += signature && half->verify(std::string_view(message), view(*signature));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == std::array<int, 4>{5, 5, 5, 5});
}
