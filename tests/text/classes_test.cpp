#include "support/catch.hpp"
#include "text/text.hpp"

using namespace watchword;

TEST_CASE("Controls formats and unassigned code points are noticed") {
  const std::string bad = GENERATE(as<std::string>{}, "a\x01", "a\x7f", "a\xC2\x85",
                                   "a\xE2\x80\xAE"
                                   "b",
                                   "\xE2\x80\x8B", "a\xE2\x80\xA8", "a\xE2\x80\xA9", "\xEE\x80\x80", "\xEF\xBF\xBF",
                                   "\xCD\xB8", "\xC2\xAD", "\xEF\xBB\xBFx", "a\n", "\xFF");
  INFO(bad);
  CHECK(text::has_control(bad));
}

TEST_CASE("Ordinary text holds no controls") {
  CHECK_FALSE(text::has_control("Zo\xC3\xAB 1 \xE4\xBE\x8B \xF0\x9F\x98\x80"));
  CHECK_FALSE(text::has_control(""));
  CHECK(text::has_control(std::string_view("a\0b", 3)));
}

TEST_CASE("Odd spaces and invisible characters are noticed") {
  const std::string bad = GENERATE(as<std::string>{}, "a\xC2\xA0", "\xE3\x80\x80", "\xE2\x80\x83", "\t", "\v",
                                   "\xE2\x80\x8B", "\xE2\x80\x8D", "\xC2\xAD", "\xEF\xB8\x8F", "\xE3\x85\xA4",
                                   "\xEF\xBE\xA0", "\xE2\xA0\x80", "\xE1\x9A\x80", "\xE2\x81\xA0", "\xFF");
  INFO(bad);
  CHECK(text::has_odd_space(bad));
}

TEST_CASE("A space is no odd space") {
  CHECK_FALSE(text::has_odd_space("a b"));
  CHECK_FALSE(text::has_odd_space("zo\xC3\xAB"));
}

TEST_CASE("4.23 confusable scripts are not mixed") {
  CHECK(
      text::mixes_scripts("\xD0\xB0"
                          "dmin"));
  CHECK(text::mixes_scripts("adm\xCE\xB9n"));
  CHECK(text::mixes_scripts("\xD0\xB0\xCE\xB1"));
  CHECK(text::mixes_scripts("a1\xD0\xB0"));
  CHECK(
      text::mixes_scripts("\xE1\x8E\xA0"
                          "a"));
  CHECK(
      text::mixes_scripts("\xD5\xB8"
                          "a"));
  CHECK(text::mixes_scripts("\xFF"));
}

TEST_CASE("One script and scripts without look-alikes are no mixture") {
  CHECK_FALSE(text::mixes_scripts("admin-1"));
  CHECK_FALSE(text::mixes_scripts("zo\xC3\xAB"));
  CHECK_FALSE(text::mixes_scripts("\xD0\xB8\xD0\xB2\xD0\xB0\xD0\xBD_1"));
  CHECK_FALSE(text::mixes_scripts("\xCE\xB1\xCE\xB2\xE1\xBC\x80"));
  CHECK_FALSE(text::mixes_scripts("tokyo\xE6\x9D\xB1"));
}

TEST_CASE("Identifiers are letters marks digits and three signs") {
  CHECK(text::is_identifier("a.b-c_1"));
  CHECK(text::is_identifier("\xE0\xA4\x95\xE0\xA4\xBF"));
  CHECK(text::is_identifier("_a"));
  CHECK_FALSE(text::is_identifier(""));
  CHECK_FALSE(text::is_identifier("..."));
  CHECK_FALSE(
      text::is_identifier("\xCC\x81"
                          "abc"));
  const std::string bad =
      GENERATE(as<std::string>{}, "a b", "a@b", "a/b", "a+b", "a<b", "a'b", "a\xF0\x9F\x98\x80", "a\xE2\x82\xAC",
               "a\xE2\x80\x99"
               "b",
               "a\xE2\x80\xAE"
               "b",
               "\xFF");
  INFO(bad);
  CHECK_FALSE(text::is_identifier(bad));
}

TEST_CASE("Writing directions are not mixed") {
  CHECK(
      text::mixes_directions("\xD7\x90"
                             "a"));
  CHECK(text::mixes_directions("a\xD8\xA7"));
  CHECK(text::mixes_directions("\xFF"));
  CHECK_FALSE(
      text::mixes_directions("\xD7\x90\xD7\x91"
                             "1"));
  CHECK_FALSE(text::mixes_directions("ab1"));
}

TEST_CASE("Arabic digits mix with neither European ones nor Latin letters") {
  CHECK(
      text::mixes_directions("1\u0662"
                             "3"));
  CHECK(text::mixes_directions("a\u0662"));
  CHECK_FALSE(text::mixes_directions("\u0627\u0662\u0663"));
  CHECK_FALSE(
      text::mixes_directions("\u0627"
                             "12"));
}

TEST_CASE("Digits of two scripts are not mixed") {
  CHECK(
      text::mixes_digits("1\u0662"
                         "3"));
  CHECK(
      text::mixes_digits("1\u06F2"
                         "3"));
  CHECK(
      text::mixes_digits("1\u0968"
                         "3"));
  CHECK(text::mixes_digits("\u0967\u09E8"));
  CHECK(text::mixes_digits("\xFF"));
  CHECK_FALSE(text::mixes_digits("abc0123456789"));
  CHECK_FALSE(text::mixes_digits("\u0660\u0665\u0669"));
  CHECK_FALSE(text::mixes_digits("\u0966\u096F"));
}
