#include <iostream>

#include "crypto/digest.hpp"
#include "crypto/signature.hpp"
#include "crypto/vector_file.hpp"
#include "support/catch.hpp"

using namespace watchword;
using test::bytes_of;
using test::text_of;
using test::view;

namespace {

crypto::PublicKey key_of(const json::Value& group, crypto::Curve curve) {
  const auto& key = *group.find("publicKey");
  bool edwards = curve == crypto::Curve::ed25519;
  auto point = bytes_of(key, edwards ? "pk" : "uncompressed");
  REQUIRE(point.size() == (edwards ? 32 : 65));
  auto made = edwards ? crypto::PublicKey::create(curve, view(point), {})
                      : crypto::PublicKey::create(curve, {point.data() + 1, 32}, {point.data() + 33, 32});
  REQUIRE(made);
  return *std::move(made);
}

struct Tally {
  int tests = 0;
  int refused_key = 0;
  int wrong = 0;
  void print(const char* file) const {
    std::cout << file << ": " << tests - refused_key - wrong << " of " << tests - refused_key << " as expected, "
              << refused_key << " refused for their short key or tag\n";
  }
};

/// Checks each test of a file of signatures, and that each valid one fails with a byte flipped.
Tally run_signatures(const char* file, crypto::Curve curve) {
  Tally tally;
  auto vectors = test::vector_file(std::string("wycheproof/") + file);
  for (const auto& group : vectors.find("testGroups")->elements()) {
    auto key = key_of(group, curve);
    for (const auto& c : group.find("tests")->elements()) {
      INFO(file << " tcId " << *c.find("tcId")->integer() << " " << text_of(c, "comment"));
      auto message = bytes_of(c, "msg");
      auto signature = bytes_of(c, "sig");
      bool expected = text_of(c, "result") == "valid";
      bool verified = key.verify(view(message), view(signature));
      CHECK(verified == expected);
      ++tally.tests;
      tally.wrong += verified != expected;
      if (!expected) continue;
      signature[signature.size() / 2] ^= 1;
      CHECK_FALSE(key.verify(view(message), view(signature)));
    }
  }
  tally.print(file);
  return tally;
}

}  // namespace

TEST_CASE("Wycheproof ed25519") { CHECK(run_signatures("ed25519_test.json", crypto::Curve::ed25519).tests == 151); }

TEST_CASE("19 Wycheproof ecdsa p1363 and no oversized signature") {
  CHECK(run_signatures("ecdsa_secp256r1_sha256_p1363_test.json", crypto::Curve::p256).tests == 262);
}

TEST_CASE("Wycheproof hmac_sha256 whose truncated tags are all refused") {
  Tally tally;
  auto vectors = test::vector_file("wycheproof/hmac_sha256_test.json");
  for (const auto& group : vectors.find("testGroups")->elements()) {
    bool whole = *group.find("tagSize")->integer() == 256;
    for (const auto& c : group.find("tests")->elements()) {
      INFO("tcId " << *c.find("tcId")->integer());
      ++tally.tests;
      auto key = crypto::HmacKey::create(view(bytes_of(c, "key")));
      auto message = bytes_of(c, "msg");
      auto tag = bytes_of(c, "tag");
      bool expected = text_of(c, "result") == "valid";
      if (!key || !whole) {
        ++tally.refused_key;
        CHECK((!key || !key->verify(view(message), view(tag))));
        continue;
      }
      bool verified = key->verify(view(message), view(tag));
      CHECK(verified == expected);
      tally.wrong += verified != expected;
      tag[tag.size() / 2] ^= 1;
      CHECK_FALSE(key->verify(view(message), view(tag)));
    }
  }
  tally.print("hmac_sha256_test.json");
  CHECK(tally.tests == 174);
}
