#include <chrono>
#include <random>

#include "support/catch.hpp"
#include "text/text.hpp"

using namespace watchword;

namespace {

std::string utf8(char32_t point) {
  std::string out;
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
  } else {
    if (point < 0x10000) {
      out += static_cast<char>(0xE0 | (point >> 12));
    } else {
      out += static_cast<char>(0xF0 | (point >> 18));
      out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    }
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
  }
  out += static_cast<char>(0x80 | (point & 0x3F));
  return out;
}

bool is_surrogate(char32_t point) { return point >= 0xD800 && point <= 0xDFFF; }

/// Short random texts, rich in what normalisation touches.
std::string random_text(std::mt19937& random) {
  constexpr char32_t kBlocks[][2] = {{0x20, 0x17F},    {0x300, 0x36F},    {0x370, 0x5FF},   {0x1100, 0x11FF},
                                     {0x1E00, 0x1FFF}, {0x2100, 0x214F},  {0xAC00, 0xAD00}, {0xFB00, 0xFDFF},
                                     {0xFF00, 0xFFEF}, {0x1D400, 0x1D4FF}};
  std::string out;
  for (int i = 0; i < 6; ++i) {
    const auto& block = kBlocks[random() % std::size(kBlocks)];
    out += utf8(block[0] + static_cast<char32_t>(random() % (block[1] - block[0] + 1)));
  }
  return out;
}

}  // namespace

TEST_CASE("Ill-formed UTF-8 has no code points and no normal form") {
  const std::string bad =
      GENERATE(as<std::string>{}, "\xff", "\x80", "\xc3", "\xc0\x80", "\xe0\x80\xaf", "\xed\xa0\x80", "\xed\xbf\xbf",
               "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "a\xe2\x82", "\xe2\x28\xa1");
  CHECK_FALSE(text::count_code_points(bad));
  CHECK_FALSE(text::nfc(bad));
  CHECK_FALSE(text::nfc_casefold(bad));
  CHECK_FALSE(text::nfkc_casefold(bad));
}

TEST_CASE("P2 length is counted in code points") {
  CHECK(text::count_code_points("") == 0U);
  CHECK(text::count_code_points("abc") == 3U);
  CHECK(text::count_code_points("\xF0\x9F\x98\x80") == 1U);
  CHECK(text::count_code_points("zo\xC3\xAB") == 3U);
  CHECK(text::count_code_points(std::string_view("a\0b", 3)) == 3U);
}

TEST_CASE("P4 composed and decomposed spellings have one normal form") {
  CHECK(text::nfc("e\xCC\x81") == "\xC3\xA9");
  CHECK(text::nfc("\xC3\xA9") == "\xC3\xA9");
  CHECK(text::nfc("\xE2\x84\xAA") == "K");
  CHECK(text::nfc("\xEF\xAC\x81") == "\xEF\xAC\x81");
  CHECK(text::nfc(std::string_view("a\0b", 3)) == std::string("a\0b", 3));
  CHECK(text::nfc("").value() == "");
}

TEST_CASE("4.23 case folding of the known collisions") {
  CHECK(text::nfkc_casefold("MIKE") == "mike");
  CHECK(text::nfkc_casefold("m\xC4\xB1ke") == "m\xC4\xB1ke");
  CHECK(text::nfkc_casefold("M\xC4\xB0KE") == "mi\xCC\x87ke");
  CHECK(text::nfkc_casefold("\xEF\xAC\x81le") == "file");
  CHECK(text::nfc_casefold("\xEF\xAC\x81le") == "file");
  CHECK(text::nfkc_casefold("\xC5\xBF"
                            "am") == "sam");
  CHECK(text::nfkc_casefold("\xE2\x84\xAA") == "k");
  CHECK(text::nfkc_casefold("stra\xC3\x9F"
                            "e") == "strasse");
  CHECK(text::nfkc_casefold("\xEF\xBD\x81\xEF\xBD\x84\xEF\xBD\x8D\xEF\xBD\x89\xEF\xBD\x8E") == "admin");
  CHECK(text::nfc_casefold("\xEF\xBD\x81") == "\xEF\xBD\x81");
  CHECK(text::nfkc_casefold("\xCE\x91\xCE\xA3") == text::nfkc_casefold("\xCE\xB1\xCF\x82"));
}

TEST_CASE("Advisory 51 the forms are idempotent for every code point") {
  for (char32_t point = 1; point <= 0x10FFFF; ++point) {
    if (is_surrogate(point) || (point >= 0x3400 && point <= 0xD7A3 && point % 64 != 0) || point > 0x30000) continue;
    const std::string text = utf8(point);
    const auto nfc = text::nfc(text);
    const auto nfc_folded = text::nfc_casefold(text);
    const auto nfkc_folded = text::nfkc_casefold(text);
    if (text::nfc(*nfc) != nfc || text::nfc_casefold(*nfc_folded) != nfc_folded ||
        text::nfkc_casefold(*nfkc_folded) != nfkc_folded) {
      FAIL("not idempotent: U+" << std::hex << static_cast<unsigned>(point));
    }
  }
  SUCCEED();
}

TEST_CASE("Advisory 51 the forms are idempotent for mixtures") {
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    const std::string text = random_text(random);
    const auto folded = text::nfkc_casefold(text);
    const auto nfc_folded = text::nfc_casefold(text);
    if (text::nfkc_casefold(*folded) != folded || text::nfc_casefold(*nfc_folded) != nfc_folded ||
        text::nfkc_casefold(*text::nfc(text)) != folded) {
      FAIL("not idempotent: " << text);
    }
  }
  SUCCEED();
}

TEST_CASE("Compatibility forms are noticed") {
  const std::string bad =
      GENERATE(as<std::string>{}, "\xEF\xBC\xA0", "\xEF\xAC\x81le", "\xC5\xBF", "x\xC2\xB2", "\xC2\xB5", "\xFF");
  CHECK(text::has_compatibility_form(bad));
  CHECK_FALSE(
      text::has_compatibility_form("Stra\xC3\x9F"
                                   "e \xE2\x84\xAA e\xCC\x81"));
}
