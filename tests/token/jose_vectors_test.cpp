#include "crypto/signature.hpp"
#include "crypto/vector_file.hpp"
#include "support/catch.hpp"
#include "token/forge.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

void write(json::Writer& out, const json::Value& value) {
  if (auto text = value.text()) {
    out.text(*text);
  } else if (auto integer = value.integer()) {
    out.integer(*integer);
  } else if (value.is_array()) {
    out.begin_array();
    for (const auto& element : value.elements()) write(out, element);
    out.end_array();
  } else if (value.is_object()) {
    out.begin_object();
    for (const auto& [name, member] : value.members()) write(out.name(name), member);
    out.end_object();
  } else {
    out.null();
  }
}

std::string text_of(const json::Value& value) {
  json::Writer out;
  write(out, value);
  return out.take();
}

}  // namespace

TEST_CASE("RFC 7515 and 7519 and 8037 examples end as the file says") {
  auto file = vector_file("jose/jws.json");
  for (const auto& c : file.find("cases")->elements()) {
    INFO(test::text_of(c, "name"));
    auto set = KeySet::from_jwks("{\"keys\":[" + text_of(*c.find("key")) + "]}", true);
    std::string expected = test::text_of(c, "expected");
    REQUIRE(set.has_value() == (expected != "jwks_invalid"));
    if (!set) continue;
    auto jws = test::text_of(c, "jws");
    auto payload = verify_jws(jws, *set, test::text_of(c, "typ"));
    REQUIRE((payload ? "accepted" : payload.error().code()) == expected);
    if (!payload) continue;
    CHECK(*payload == test::text_of(c, "payload"));
    for (std::size_t i = 0; i < jws.size(); ++i) {
      auto flipped = jws;
      flipped[i] = static_cast<char>(flipped[i] ^ 1);
      if (verify_jws(flipped, *set, test::text_of(c, "typ"))) FAIL("accepted with byte " << i << " flipped");
    }
  }
}

TEST_CASE("RFC 8037 A.4 our signature of the example is the published one") {
  auto file = vector_file("jose/jws.json");
  for (const auto& c : file.find("cases")->elements()) {
    if (test::text_of(c, "name") != "RFC 8037 A.4") continue;
    std::string d = test::text_of(*c.find("key"), "d"), jws = test::text_of(c, "jws");
    std::array<std::uint8_t, 32> seed{};
    REQUIRE(base64url::decode(d, seed.data()));
    auto signature = crypto::PrivateKey::create(crypto::Curve::ed25519, view(seed))
                         ->sign(std::string_view(jws).substr(0, jws.rfind('.')));
    REQUIRE(signature);
    CHECK(base64url::encode(view(*signature)) == jws.substr(jws.rfind('.') + 1));
    return;
  }
  FAIL("the example is missing");
}
