#include <chrono>

#include <watchword/account/identifier.hpp>

#include "support/catch.hpp"

using namespace watchword;
using namespace watchword::account;

namespace {

std::string email_code(const std::string& typed) {
  auto parsed = EmailAddress::parse(typed);
  if (parsed) return "accepted";
  CHECK(parsed.error().kind() == Errc::invalid_input);
  CHECK(parsed.error().field() == "email");
  return std::string(parsed.error().code());
}

std::string username_code(const std::string& typed) {
  auto parsed = UserName::parse(typed);
  if (parsed) return "accepted";
  CHECK(parsed.error().kind() == Errc::invalid_input);
  CHECK(parsed.error().field() == "username");
  return std::string(parsed.error().code());
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

}  // namespace

TEST_CASE("Addresses keep their spelling for mail and get one key") {
  auto address = EmailAddress::parse("Ada.Lovelace+x@Example.ORG");
  REQUIRE(address);
  CHECK(address->stored() == "Ada.Lovelace+x@Example.ORG");
  CHECK(address->key() == "ada.lovelace+x@example.org");
  auto idn = EmailAddress::parse("Zoe\xCC\x88@M\xC3\x9CNCHEN.example");
  REQUIRE(idn);
  CHECK(idn->stored() == "Zo\xC3\xAB@M\xC3\x9CNCHEN.example");
  CHECK(idn->key() == "zo\xC3\xAB@xn--mnchen-3ya.example");
  CHECK(EmailAddress::parse("zo\xC3\xAB@xn--mnchen-3ya.example")->key() == idn->key());
}

TEST_CASE("The practical subset of RFC 5322 is accepted") {
  const std::string good =
      GENERATE(as<std::string>{}, "a@b.co", "user@example.com", "!#$%&'*+-/=?^_`{|}~@example.com",
               "a.b.c@sub.example.co.uk", "1@2.com", "\xE7\x94\xA8\xE6\x88\xB7@\xE4\xBE\x8B\xE3\x81\x88.jp");
  INFO(good);
  CHECK(email_code(good) == "accepted");
}

TEST_CASE("4.25 what is not one plain address is refused") {
  const std::string bad = GENERATE(
      as<std::string>{}, "", "@", "a@", "@b.com", "a", "a@b", "a@localhost", "a@b.com.", "a@.b.com", "a@b..com",
      ".a@b.com", "a.@b.com", "a..b@b.com", "a b@c.com", " a@b.com", "a@b.com ", "a@b@c.com", "a@b.com,c@d.com",
      "a;b@c.com", "A <a@b.com>", "<a@b.com>", "\"a\"@b.com", "a(x)@b.com", "a@[192.0.2.1]", "a@192.0.2.1",
      "a@b.c\r\nBcc: x@y", "a\n@b.com", "a@b.c%0aCc:", "a\\@b.com", "a@-b.com", "a@b_c.com", "\xFF@b.com");
  INFO(bad);
  CHECK(email_code(bad) == "email_invalid");
}

TEST_CASE("Advisory 51 variants do not turn into signs after validation") {
  const std::string bad = GENERATE(as<std::string>{},
                                   "a\xEF\xBC\xA0"
                                   "b.com",
                                   "a\xEF\xBC\xA0x@b.com",
                                   "a@b\xEF\xBC\x8E"
                                   "com",
                                   "a@b\xE3\x80\x82jp.com", "\xEF\xBD\x81@b.com", "a@\xEF\xBD\x82.com",
                                   "a\xEF\xBC\x8C"
                                   "b@c.com",
                                   "a\xC2\xA0@b.com", "a\xE2\x80\x8B@b.com", "a@b.com\xE2\x80\xAE",
                                   "a@b\xC2\xAD"
                                   "c.com");
  INFO(bad);
  CHECK(email_code(bad) == "email_invalid");
}

TEST_CASE("A NUL in an address is refused") {
  CHECK_FALSE(EmailAddress::parse(std::string_view("a\0@b.com", 8)));
  CHECK_FALSE(EmailAddress::parse(std::string_view("a@b.com\0", 8)));
}

TEST_CASE("Address lengths are bounded to the byte") {
  CHECK(email_code(std::string(64, 'a') + "@example.com") == "accepted");
  CHECK(email_code(std::string(65, 'a') + "@example.com") == "email_too_long");
  const std::string domain = repeated(std::string(62, 'd') + ".", 2);
  CHECK(email_code(std::string(64, 'a') + "@" + domain + std::string(59, 'e') + ".com") == "accepted");
  CHECK(email_code(std::string(64, 'a') + "@" + domain + std::string(60, 'e') + ".com") == "email_too_long");
  CHECK(email_code(repeated("\xC3\xA9", 32) + "@example.com") == "accepted");
  CHECK(email_code(repeated("\xC3\xA9", 33) + "@example.com") == "email_too_long");
}

TEST_CASE("An address is measured in A-labels too") {
  const std::string label = repeated("\xC3\xBC", 25) + ".";
  auto address = EmailAddress::parse(std::string(64, 'a') + "@" + repeated(label, 3) + "com");
  REQUIRE(address);
  CHECK(address->key().size() <= 254);
  const std::string domain = repeated("\xE4\xBE\x8B\xE3\x81\x88.", 16) + "com";
  CHECK(email_code(std::string(58, 'a') + "@" + domain) == "accepted");
  CHECK(email_code(std::string(59, 'a') + "@" + domain) == "email_too_long");
}

TEST_CASE("User names keep their spelling and get one key") {
  auto name = UserName::parse("Zoe\xCC\x88");
  REQUIRE(name);
  CHECK(name->stored() == "Zo\xC3\xAB");
  CHECK(name->key() == "zo\xC3\xAB");
  CHECK(UserName::parse("zo\xC3\xAB")->key() == name->key());
  CHECK(UserName::parse("TestUser")->key() == "testuser");
  CHECK(UserName::parse("stra\xC3\x9F"
                        "e")
            ->key() == UserName::parse("STRASSE")->key());
  CHECK(UserName::parse("mike")->key() != UserName::parse("m\xC4\xB1ke")->key());
}

TEST_CASE("Names of one script are accepted") {
  const std::string good =
      GENERATE(as<std::string>{}, "abc", "a-b", "a.b", "a_b", "007", "zo\xC3\xAB", "\xD0\xB8\xD0\xB2\xD0\xB0\xD0\xBD",
               "\xE6\x9D\xB1\xE4\xBA\xAC\xE9\x83\xBD", "\xD7\x90\xD7\x91\xD7\x92", "_ada");
  INFO(good);
  CHECK(username_code(good) == "accepted");
}

TEST_CASE("4.23 confusing user names are refused") {
  const std::string bad = GENERATE(
      as<std::string>{},
      "\xD0\xB0"
      "dmin",
      "adm\xCE\xB9n", "admin\xE2\x80\xAE", "admin\xC2\xA0", "admin\xE2\x80\x8B", "ad min", " admin", "admin ", "a@b.c",
      "a\xEF\xBC\xA0"
      "b.c",
      "\xEF\xBD\x81\xEF\xBD\x84\xEF\xBD\x8D", "\xEF\xAC\x81le",
      "\xC5\xBF"
      "am",
      "adm\nin", "a\tb", "adm\x7f", "\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80", "...", "a/b", "<b>", "a+b",
      "\xD7\x90"
      "bc",
      "ab\xFF",
      "\xEF\xBF\xBF"
      "abc",
      "\xCC\x81"
      "abc",
      "a\xE2\x80\x8D"
      "b",
      "ab\xEF\xB8\x8F",
      "1\xD9\xA2"
      "3",
      "ab\xD9\xA2",
      "1\xE0\xA5\xA8"
      "3");
  INFO(bad);
  CHECK(username_code(bad) == "username_invalid");
}

TEST_CASE("User name lengths are bounded in code points of the NFC") {
  CHECK(username_code("") == "username_too_short");
  CHECK(username_code("ab") == "username_too_short");
  CHECK(username_code("e\xCC\x81"
                      "a") == "username_too_short");
  CHECK(username_code("abc") == "accepted");
  CHECK(username_code(std::string(32, 'a')) == "accepted");
  CHECK(username_code(std::string(33, 'a')) == "username_too_long");
  CHECK(username_code(repeated("\xC3\xA9", 32)) == "accepted");
  CHECK(username_code(repeated("e\xCC\x81", 32)) == "accepted");
  CHECK(username_code(repeated("e\xCC\x81", 33)) == "username_too_long");
}

TEST_CASE("Advisory 32 lengths are checked before anything is normalised") {
  const std::string huge = repeated("\xEF\xB7\xBA", (1 << 20) / 3);
  const auto start = std::chrono::steady_clock::now();
  CHECK(UserName::parse(huge).error().code() == "username_too_long");
  CHECK(EmailAddress::parse(huge).error().code() == "email_too_long");
  CHECK(LoginName::parse(huge).error().code() == "credentials_invalid");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(5));
}

TEST_CASE("Keys of permitted names are those of the stored ones") {
  const std::string name = GENERATE(as<std::string>{}, "Zo\xC3\xAB", "STRASSE",
                                    "stra\xC3\x9F"
                                    "e",
                                    "Mike");
  const std::string address = name + "@M\xC3\x9CNCHEN.example";
  CHECK(*key_of_stored_username(name) == UserName::parse(name)->key());
  CHECK(*key_of_stored_email(address) == EmailAddress::parse(address)->key());
  CHECK(*key_of_stored_username(*key_of_stored_username(name)) == *key_of_stored_username(name));
  CHECK(*key_of_stored_email(*key_of_stored_email(address)) == *key_of_stored_email(address));
  CHECK(UserName::parse(UserName::parse(name)->stored())->stored() == UserName::parse(name)->stored());
}

TEST_CASE("Names that break the rules have keys all the same") {
  CHECK(*key_of_stored_email("Admin") == "admin");
  CHECK(*key_of_stored_email("Root@LocalHost") == "root@localhost");
  CHECK(*key_of_stored_email("A@B@Example.com") == "a@b@example.com");
  CHECK(*key_of_stored_email("a@[192.0.2.1]") == "a@[192.0.2.1]");
  CHECK(*key_of_stored_email("") == "");
  CHECK(*key_of_stored_username("A@B.C") == "a@b.c");
  CHECK(*key_of_stored_username(" X y ") == " x y ");
  CHECK(*key_of_stored_username("\xEF\xBC\xA1") == "a");
  CHECK(*key_of_stored_username("\xEF\xAC\x81le") == "file");
  CHECK(key_of_stored_email("\xFF").error().code() == "name_malformed");
  CHECK(key_of_stored_username("a\xC3").error().code() == "name_malformed");
}

TEST_CASE("A login name with an at sign is an address first") {
  auto address = LoginName::parse("User@Example.COM");
  REQUIRE(address);
  CHECK(address->address_first());
  CHECK(address->email_key() == "user@example.com");
  CHECK(address->username_key() == "user@example.com");
  CHECK(address->typed() == "User@Example.COM");
  auto name = LoginName::parse("TestUser");
  REQUIRE(name);
  CHECK_FALSE(name->address_first());
  CHECK(name->username_key() == "testuser");
}

TEST_CASE("A NUL or what is no UTF-8 is in nobody's name") {
  for (std::string_view bad : {std::string_view("a\0b", 3), std::string_view("mike\0", 5), std::string_view("\0", 1),
                               std::string_view("mike@example.com\0", 17), std::string_view("mi\xFFke", 5)}) {
    CAPTURE(bad.size());
    auto login = LoginName::parse(bad);
    REQUIRE_FALSE(login);
    CHECK(login.error().code() == "credentials_invalid");
    CHECK_FALSE(UserName::parse(bad));
    CHECK_FALSE(EmailAddress::parse(bad));
    CHECK_FALSE(EmailAddress::parse(std::string(bad) + "@example.com"));
    CHECK_FALSE(EmailAddress::parse("mike@" + std::string(bad) + ".example.com"));
  }
}

TEST_CASE("An address logs in as it was typed when it registered") {
  const std::string typed = repeated("n\xCC\x83", 32) + "@" + repeated(repeated("u\xCC\x88", 20) + ".", 4) + "example";
  REQUIRE(typed.size() > 320);
  auto address = EmailAddress::parse(typed);
  REQUIRE(address);
  auto name = LoginName::parse(typed);
  REQUIRE(name);
  CHECK(name->email_key() == address->key());
}

TEST_CASE("Login names are lenient but bounded") {
  CHECK(LoginName::parse("a b\xE2\x80\x8B"));
  CHECK(LoginName::parse("x"));
  CHECK(LoginName::parse(std::string(1024, 'a')));
  const std::string bad = GENERATE(as<std::string>{}, "", std::string(1025, 'a'), "\xFF", "a\xED\xA0\x80");
  auto refused = LoginName::parse(bad);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind() == Errc::unauthenticated);
  CHECK(refused.error().code() == "credentials_invalid");
}
