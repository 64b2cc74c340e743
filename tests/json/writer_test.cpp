#include "json/json.hpp"
#include "support/catch.hpp"

using namespace watchword;

namespace {

std::string written(std::string_view text) { return json::Writer().text(text).take(); }

}  // namespace

TEST_CASE("The writer places commas and keeps the order of the calls") {
  json::Writer out;
  out.begin_object().name("a").integer(-1).name("b").begin_array().text("x").null().boolean(true).begin_object();
  out.end_object().begin_array().end_array().end_array().name("c").raw("1.5").name("d").begin_object().name("e");
  out.boolean(false).end_object().end_object();
  CHECK(out.view() == R"({"a":-1,"b":["x",null,true,{},[]],"c":1.5,"d":{"e":false}})");
}

TEST_CASE("4.24 text is escaped so that it stays on one line and reads as it is") {
  CHECK(written("\"\\\b\f\n\r\t/") == R"("\"\\\b\f\n\r\t/")");
  CHECK(written(std::string_view("\0\x1b\x7f", 3)) == R"("\u0000\u001b\u007f")");
  CHECK(written("\xe2\x80\xa8\xe2\x80\xa9") == R"("\u2028\u2029")");
  CHECK(written("\xe2\x80\xae\xe2\x81\xa6\xc2\x85\xef\xbb\xbf") == R"("\u202e\u2066\u0085\ufeff")");
  CHECK(written("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80") == "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

TEST_CASE("Invalid UTF-8 is replaced byte by byte") {
  const std::string r = "\xef\xbf\xbd";
  CHECK(written("a\x80z") == "\"a" + r + "z\"");
  CHECK(written("\xc3") == "\"" + r + "\"");
  CHECK(written("\xed\xa0\x80") == "\"" + r + r + r + "\"");
  CHECK(written("\xc0\xaf") == "\"" + r + r + "\"");
  CHECK(written("\xf5\x80\x80\x80") == "\"" + r + r + r + r + "\"");
}

TEST_CASE("What is written reads back equal") {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "\xe2\x80\xa8\xef\xbb\xbf\xf0\x9f\x98\x80";
  json::Writer out;
  out.begin_object().name(all).text(all).name("least").integer(INT64_MIN).end_object();
  auto value = json::parse(out.view());
  REQUIRE(value);
  CHECK(value->find(all)->text() == all);
  CHECK(value->find("least")->integer() == INT64_MIN);
}
