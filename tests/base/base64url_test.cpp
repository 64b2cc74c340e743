#include "base/base64url.hpp"

#include <array>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace watchword;

bool decodes(std::string_view text) {
  std::vector<std::uint8_t> out(base64url::decoded_size(text.size()) + 1);
  return base64url::decode(text, out.data());
}

std::string decoded(std::string_view text) {
  std::string out(base64url::decoded_size(text.size()), '?');
  REQUIRE(base64url::decode(text, reinterpret_cast<std::uint8_t*>(out.data())));
  return out;
}

}  // namespace

TEST_CASE("base64url spells RFC 4648's test strings without padding") {
  const std::vector<std::pair<std::string, std::string>> known{
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : known) {
    CHECK(base64url::encode(std::string_view(plain)) == text);
    CHECK(decoded(text) == plain);
  }
}

TEST_CASE("base64url uses the URL-safe letters") {
  const std::string bytes = "\xfb\xff\xbf";
  CHECK(base64url::encode(std::string_view(bytes)) == "-_-_");
  CHECK(decoded("-_-_") == bytes);
  CHECK_FALSE(decodes("+/+/"));
}

TEST_CASE("base64url brings back every byte at every position") {
  for (std::size_t size = 1; size <= 4; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string plain(size, '\x5a');
        plain[at] = static_cast<char>(byte);
        std::string text = base64url::encode(std::string_view(plain));
        REQUIRE(text.size() == base64url::encoded_size(size));
        REQUIRE(base64url::decoded_size(text.size()) == size);
        REQUIRE(decoded(text) == plain);
      }
    }
  }
}

TEST_CASE("base64url refuses every character outside its alphabet wherever it stands") {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const std::string& good : {std::string("AAAA"), std::string("AAAAAA"), std::string("AAAAAAA")}) {
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        char c = static_cast<char>(byte);
        if (alphabet.find(c) != std::string::npos) continue;
        std::string bad = good;
        bad[at] = c;
        REQUIRE_FALSE(decodes(bad));
      }
    }
  }
}

TEST_CASE("base64url refuses padding and white space") {
  for (const char* text : {"Zg==", "Zm8=", "Zm9v=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v\r\n", "="}) {
    CHECK_FALSE(decodes(text));
  }
}

TEST_CASE("base64url refuses a length of one modulo four") {
  CHECK_FALSE(decodes("A"));
  CHECK_FALSE(decodes("AAAAA"));
  CHECK(decodes("AA"));
  CHECK(decodes("AAA"));
}

TEST_CASE("base64url gives each byte string one spelling") {
  CHECK(decodes("AA"));
  for (const char* text : {"AB", "AC", "AE", "AI", "Zh", "Z_"}) CHECK_FALSE(decodes(text));
  CHECK(decodes("AAA"));
  for (const char* text : {"AAB", "AAC", "AAD", "Zm9"}) CHECK_FALSE(decodes(text));
}

TEST_CASE("base64url writes nothing past the decoded size") {
  std::array<std::uint8_t, 4> out{0xAA, 0xAA, 0xAA, 0xAA};
  REQUIRE(base64url::decode("Zm8", out.data()));
  CHECK(out[2] == 0xAA);
  REQUIRE(base64url::decode("Zg", out.data() + 2));
  CHECK(out[3] == 0xAA);
}
