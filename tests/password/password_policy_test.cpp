#include <watchword/password/password_policy.hpp>

#include "password/common_passwords.hpp"
#include "password/fixture.hpp"
#include "support/catch.hpp"

using namespace watchword;

namespace {

std::string verdict(std::string_view typed, std::initializer_list<std::string_view> names = {},
                    PasswordPolicyOptions options = {}) {
  auto checked = PasswordPolicy::create(options)->check(test::password(typed), names);
  if (checked) return "accepted";
  CHECK(checked.error().kind() == Errc::invalid_input);
  CHECK(checked.error().field() == "password");
  return std::string(checked.error().code());
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

struct CommonList final {
  std::size_t length;
  std::string_view text;
};

#define COMMON(length, text) CommonList{length, text},
constexpr CommonList kLists[] = {
#include "password/common_passwords.inc"
};
#undef COMMON

}  // namespace

TEST_CASE("The password of the specification passes") { CHECK(verdict("securepassword123") == "accepted"); }

TEST_CASE("P1 the minimum is counted in code points") {
  CHECK(verdict("zq8#vLm") == "password_too_short");
  CHECK(verdict("zq8#vLmp") == "accepted");
  CHECK(verdict("") == "password_too_short");
  CHECK(verdict(repeated("\xF0\x9F\x98\x80", 7)) == "password_too_short");
  CHECK(verdict(repeated("\xF0\x9F\x98\x80", 8)) == "accepted");
  CHECK(verdict(repeated("e\xCC\x81", 7)) == "password_too_short");
  CHECK(verdict(repeated("e\xCC\x81", 8)) == "accepted");
}

TEST_CASE("P1 a higher minimum can be chosen") {
  const PasswordPolicyOptions strict{15, 256, true};
  CHECK(verdict("correct horses", {}, strict) == "password_too_short");
  CHECK(verdict("correct horses!", {}, strict) == "accepted");
}

TEST_CASE("P2 the maximum is loud and exact") {
  CHECK(verdict(std::string(64, 'x')) == "accepted");
  CHECK(verdict(std::string(256, 'x')) == "accepted");
  CHECK(verdict(std::string(257, 'x')) == "password_too_long");
  CHECK(verdict(repeated("\xF0\x9F\x98\x80", 256)) == "accepted");
  CHECK(verdict(repeated("\xF0\x9F\x98\x80", 257)) == "password_too_long");
  CHECK(verdict(std::string(1 << 20, 'x')) == "password_too_long");
  CHECK(verdict(repeated("e\xCC\x81", 257), {}, {8, 1024, true}) == "accepted");
  CHECK(verdict(std::string(1024, 'x'), {}, {8, 1024, true}) == "accepted");
  CHECK(verdict(std::string(1025, 'x'), {}, {8, 1024, true}) == "password_too_long");
}

TEST_CASE("P3 there are no composition rules") {
  CHECK(verdict(std::string(16, ' ')) == "accepted");
  CHECK(verdict("739156208414772") == "accepted");
  CHECK(verdict("\xE6\x9D\xB1\xE4\xBA\xAC\xE9\x83\xBD\xE6\x9D\xB1\xE4\xBA\xAC\xE9\x83\xBD\xE6\x9D\xB1\xE4\xBA\xAC") ==
        "accepted");
  CHECK(verdict("correcthorsebatterystaple") == "accepted");
}

TEST_CASE("P4 NUL and what is not UTF-8 are refused") {
  CHECK(verdict("\xff\xff\xff\xff\xff\xff\xff\xff") == "password_invalid");
  CHECK(verdict(std::string_view("abcd\0efgh", 9)) == "password_invalid");
  CHECK(verdict("abcdefg\xed\xa0\x80") == "password_invalid");
}

TEST_CASE("P5 the commonest are refused in any case and width") {
  const std::string common = GENERATE(as<std::string>{}, "password", "12345678", "Password1", "PASSWORD123",
                                      "qwertyuiop", "\xEF\xBD\x90\xEF\xBD\x81ssword", "iloveyou", "!qaz2wsx");
  INFO(common);
  CHECK(verdict(common) == "password_common");
  CHECK(verdict(common, {}, {8, 256, false}) == "accepted");
}

TEST_CASE("P5 every entry is refused and the list is sorted") {
  std::size_t count = 0;
  for (const auto& list : kLists) {
    REQUIRE(list.text.size() % list.length == 0);
    std::string_view before;
    for (std::size_t at = 0; at < list.text.size(); at += list.length, ++count) {
      auto entry = list.text.substr(at, list.length);
      if (entry <= before || !password::is_common(entry)) FAIL(entry);
      before = entry;
    }
  }
  CHECK(count == 10000);
}

TEST_CASE("P5 parts and extensions of an entry are accepted") {
  CHECK(verdict("password1x9q") == "accepted");
  CHECK(verdict("xpassword") == "accepted");
  CHECK_FALSE(password::is_common("passwor"));
  CHECK_FALSE(password::is_common(""));
  CHECK_FALSE(password::is_common("~~~~~~~~"));
  CHECK_FALSE(password::is_common("        "));
}

TEST_CASE("P5 own names are refused whole and in any case") {
  const std::string name =
      GENERATE(as<std::string>{}, "AdaLovelace", "adalovelace", "ADALOVELACE@example.org", "ada.lovelace");
  CHECK(verdict(name, {"adalovelace", "AdaLovelace@Example.org", "Ada.Lovelace"}) == "password_is_name");
  CHECK(verdict(name + "!", {"adalovelace", "AdaLovelace@Example.org", "Ada.Lovelace"}) == "accepted");
}

TEST_CASE("P5 names are compared in one normal form") {
  CHECK(verdict("Zoe\xCC\x88Zoe\xCC\x88Zo", {"zo\xC3\xABzo\xC3\xABzo"}) == "password_is_name");
  CHECK(verdict("stra\xC3\x9F"
                "e99",
                {"STRASSE99"}) == "password_is_name");
  CHECK(verdict("correct horse", {"", "\xFF", std::string_view()}) == "accepted");
}

TEST_CASE("P5 words of the host's product are refused whole and in any case") {
  PasswordPolicyOptions options;
  options.product_words = {"Gorbelwitz", "Zo\xC3\xAB Ltd.", ""};
  CHECK(verdict("gorbelWITZ", {}, options) == "password_is_product");
  CHECK(verdict("zoe\xCC\x88 ltd.", {}, options) == "password_is_product");
  CHECK(verdict("gorbelwitz1", {}, options) == "accepted");
  CHECK(verdict("my gorbelwitz", {}, options) == "accepted");
  options.product_words = {"\xFF"};
  CHECK(PasswordPolicy::create(options).error().code() == "password_policy");
}

TEST_CASE("Policies out of range are refused") {
  const PasswordPolicyOptions bad = GENERATE(PasswordPolicyOptions{7, 256, true}, PasswordPolicyOptions{65, 256, true},
                                             PasswordPolicyOptions{8, 63, true}, PasswordPolicyOptions{8, 1025, true});
  auto policy = PasswordPolicy::create(bad);
  REQUIRE_FALSE(policy);
  CHECK(policy.error().kind() == Errc::misconfigured);
  CHECK(policy.error().code() == "password_policy");
  CHECK(PasswordPolicy::create({64, 64, true}));
}
