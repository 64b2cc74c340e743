#include "support/catch.hpp"
#include "text/text.hpp"

using watchword::text::domain_to_ascii;

TEST_CASE("Domain names become lower-case A-labels") {
  CHECK(domain_to_ascii("Example.COM") == "example.com");
  CHECK(domain_to_ascii("m\xC3\xBCnchen.example") == "xn--mnchen-3ya.example");
  CHECK(domain_to_ascii("M\xC3\x9CNCHEN.example") == "xn--mnchen-3ya.example");
  CHECK(domain_to_ascii("mu\xCC\x88nchen.example") == "xn--mnchen-3ya.example");
  CHECK(domain_to_ascii("XN--MNCHEN-3YA.example") == "xn--mnchen-3ya.example");
  CHECK(domain_to_ascii("stra\xC3\x9F"
                        "e.example") == "xn--strae-oqa.example");
  CHECK(domain_to_ascii("r3---sn-x.example.com") == "r3---sn-x.example.com");
  CHECK(domain_to_ascii("3com.com") == "3com.com");
}

TEST_CASE("What is no host name of two labels has no A-label form") {
  const std::string bad = GENERATE(as<std::string>{}, "", ".", "localhost", "example.", ".example.com", "a..b",
                                   "-a.com", "a-.com", "a_b.com", "a b.com", "192.0.2.1", "[192.0.2.1]", "a.1",
                                   "exa\xFFmple.com", "m\xC3\xBC.b_c", "m\xC3\xBC.b c",
                                   "m\xC3\xBC.b\xC2\xA0"
                                   "c",
                                   "m\xC3\xBC.b\xC2\xAD"
                                   "c",
                                   "m\xC3\xBC_.de", "a@b.com", "a.b\xC2\xA0", "\xE2\x80\x8B.com",
                                   "\xF0\x9F\x98\x80.com", "xn--.com", "xn--\x80.com", "a%0a.com", "a\r\n.com");
  INFO(bad);
  CHECK_FALSE(domain_to_ascii(bad));
}

TEST_CASE("A NUL does not end a domain name early") {
  CHECK_FALSE(domain_to_ascii(std::string_view("good.com\0.evil", 14)));
  CHECK_FALSE(domain_to_ascii(std::string_view("m\xC3\xBC.com\0.evil", 14)));
}

TEST_CASE("Domain length limits hold to the byte") {
  const std::string label63(63, 'a');
  CHECK(domain_to_ascii(label63 + ".com"));
  CHECK_FALSE(domain_to_ascii(label63 + "a.com"));
  const std::string almost = label63 + "." + label63 + "." + label63 + ".";
  CHECK(domain_to_ascii(almost + std::string(61, 'b')));
  CHECK_FALSE(domain_to_ascii(almost + std::string(62, 'b')));
  CHECK_FALSE(domain_to_ascii(std::string(1 << 20, 'a')));
}

TEST_CASE("The A-label form is its own A-label form") {
  const std::string name =
      GENERATE(as<std::string>{}, "Example.COM", "m\xC3\xBCnchen.example", "\xE4\xBE\x8B\xE3\x81\x88.jp",
               "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xBC\xD0\xB5\xD1\x80.\xD1\x80\xD1\x84");
  const auto ascii = domain_to_ascii(name);
  REQUIRE(ascii);
  CHECK(domain_to_ascii(*ascii) == ascii);
}
