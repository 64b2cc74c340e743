#include "json/json.hpp"
#include "support/catch.hpp"

using namespace watchword;

namespace {

std::string reason_of(std::string_view text, const json::Limits& limits = {}) {
  auto value = json::parse(text, limits);
  if (value) return "accepted";
  CHECK(value.error().code() == "json_invalid");
  CHECK(value.error().kind() == Errc::invalid_input);
  return std::string(value.error().reason());
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("Values are read as what they are and as nothing else") {
  auto value = json::parse(R"( {"t":"a\u00e9\n","i":-12,"f":1.5,"e":1e2,"b":true,"n":null,"l":[1,[2]],"o":{"p":""}} )");
  REQUIRE(value);
  REQUIRE(value->is_object());
  CHECK(value->find("t")->text() == "a\xc3\xa9\n");
  CHECK(value->find("i")->integer() == -12);
  CHECK(value->find("i")->number() == -12.0);
  CHECK(value->find("f")->number() == 1.5);
  CHECK_FALSE(value->find("f")->integer());
  CHECK_FALSE(value->find("e")->integer());
  CHECK(value->find("b")->boolean() == true);
  CHECK(value->find("n")->is_null());
  CHECK(value->find("l")->elements().size() == 2);
  CHECK(value->find("l")->elements()[1].elements()[0].integer() == 2);
  CHECK(value->find("o")->find("p")->text() == "");
  CHECK(value->find("absent") == nullptr);
  CHECK(value->members().size() == 8);
  CHECK(value->members()[7].first == "o");
}

TEST_CASE("Reading a value as another type gives nothing") {
  auto value = json::parse(R"({"t":"5","i":5,"b":true,"n":null,"o":{}})");
  REQUIRE(value);
  CHECK_FALSE(value->find("t")->integer());
  CHECK_FALSE(value->find("t")->number());
  CHECK_FALSE(value->find("i")->text());
  CHECK_FALSE(value->find("i")->boolean());
  CHECK_FALSE(value->find("b")->integer());
  CHECK_FALSE(value->find("n")->text());
  CHECK(value->find("o")->elements().empty());
  CHECK(value->find("i")->members().empty());
  CHECK(value->find("i")->find("x") == nullptr);
  CHECK_FALSE(value->text());
}

TEST_CASE("4.28 numbers are bounded") {
  CHECK(json::parse("9223372036854775807")->integer() == INT64_MAX);
  CHECK(json::parse("-9223372036854775808")->integer() == INT64_MIN);
  CHECK_FALSE(json::parse("9223372036854775808")->integer());
  CHECK(json::parse("9223372036854775808")->number() == 9223372036854775808.0);
  CHECK_FALSE(json::parse("-9223372036854775809")->integer());
  CHECK_FALSE(json::parse("18446744073709551616")->integer());
  for (auto text : {"1e999", "-1e999", "NaN", "Infinity", "-Infinity", "01", "+1", "1.", ".5", "0x10", "1e", "--1"}) {
    INFO(text);
    CHECK(reason_of(text) != "accepted");
  }
}

TEST_CASE("4.27 duplicate names are refused also escaped and deep inside") {
  CHECK(reason_of(R"({"a":1,"a":1})") == "duplicate name");
  CHECK(reason_of(R"({"password":1,"pass\u0077ord":2})") == "duplicate name");
  CHECK(reason_of(R"([{"x":{"a":1,"b":2,"a":3}}])") == "duplicate name");
  CHECK(reason_of(R"({"":1,"":2})") == "duplicate name");
  CHECK(reason_of(R"({"a":1,"A":2,"b":{"a":1}})") == "accepted");
}

TEST_CASE("4.28 depth and size are bounded") {
  CHECK(reason_of(nested(16)) == "accepted");
  CHECK(reason_of(nested(17)) == "depth");
  CHECK(reason_of(std::string(60000, '[')) == "depth");
  CHECK(reason_of(nested(3), {64, 2}) == "depth");
  CHECK(reason_of("\"" + std::string(62, 'a') + "\"", {64, 2}) == "accepted");
  CHECK(reason_of("\"" + std::string(63, 'a') + "\"", {64, 2}) == "size");
  std::string objects;
  for (int i = 0; i < 17; ++i) objects += "{\"a\":";
  CHECK(reason_of(objects) == "depth");
}

TEST_CASE("4.28 many names cost no quadratic work") {
  std::string text = "{";
  for (int i = 0; i < 6000; ++i) text += "\"" + std::to_string(i) + "\":1,";
  CHECK(reason_of(text + "\"x\":1}") == "accepted");
  CHECK(reason_of(text + "\"5999\":1}") == "duplicate name");
}

TEST_CASE("4.28 what RFC 8259 does not allow is refused") {
  using namespace std::string_view_literals;
  for (auto text : {""sv,
                    " "sv,
                    "{}x"sv,
                    "{} {}"sv,
                    "{}\0"sv,
                    "{}\0garbage"sv,
                    "\0{}"sv,
                    "\"a\0b\""sv,
                    "{\"a\":1,}"sv,
                    "[1,]"sv,
                    "{'a':1}"sv,
                    "{a:1}"sv,
                    "// c\n1"sv,
                    "/* */1"sv,
                    "\"\x01\""sv,
                    "\"\n\""sv,
                    "\"\\x41\""sv,
                    "tru"sv,
                    "True"sv,
                    "\"abc"sv,
                    "{\"a\""sv,
                    "[1"sv,
                    "]"sv,
                    "\f1"sv,
                    "\xc2\xa0"
                    "1"sv}) {
    INFO(text);
    CHECK(reason_of(text) != "accepted");
  }
  CHECK(reason_of("\xef\xbb\xbf{}") == "byte order mark");
  CHECK(reason_of("{\"a\":tru}").find("at byte 9") != std::string::npos);
}

TEST_CASE("4.22 invalid UTF-8 and lone surrogates are refused") {
  for (auto text : {"\"\x80\"", "\"\xc0\x80\"", "\"\xe0\x80\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
                    "\"\xff\"", "\"\xc3\"", R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")", R"("\ud800\ud800")"}) {
    INFO(text);
    CHECK(reason_of(text) != "accepted");
  }
  CHECK(json::parse(R"("\ud83d\ude00")")->text() == "\xf0\x9f\x98\x80");
  CHECK(json::parse(R"("\u0000")")->text() == std::string_view("\0", 1));
}
