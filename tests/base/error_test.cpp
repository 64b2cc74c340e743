#include <set>
#include <string>

#include <watchword/base/error.hpp>

#include "support/catch.hpp"

namespace {

using namespace watchword;

Error some_error() { return {Errc::invalid_input, "email_invalid", "Give one address."}; }

}  // namespace

TEST_CASE("An error has a public face and an empty private one") {
  Error error = some_error();
  CHECK(error.kind() == Errc::invalid_input);
  CHECK(error.code() == "email_invalid");
  CHECK(error.message() == "Give one address.");
  CHECK(error.field().empty());
  CHECK(error.reason().empty());
  CHECK(error.retry_after() == Lifetime());
}

TEST_CASE("An error carries its field and waiting time and reason") {
  Error error = some_error().with_field("email").with_retry_after(Lifetime::seconds(3)).with_reason("no at sign");
  CHECK(error.field() == "email");
  CHECK(error.retry_after() == Lifetime::seconds(3));
  CHECK(error.reason() == "no at sign");
}

TEST_CASE("Reasons are appended") {
  Error error = some_error().with_reason("a");
  error.append_reason("");
  error.append_reason("bc");
  CHECK(error.reason() == "abc");
  Error copy = error;
  error.append_reason("d");
  CHECK(copy.reason() == "abc");
}

TEST_CASE("A reason is cut at 239 bytes") {
  CHECK(some_error().with_reason(std::string(238, 'x')).reason().size() == 238);
  CHECK(some_error().with_reason(std::string(239, 'x')).reason().size() == 239);
  CHECK(some_error().with_reason(std::string(240, 'x')).reason().size() == 239);
  CHECK(some_error().with_reason(std::string(100000, 'x')).reason().size() == 239);
}

TEST_CASE("A full reason takes no more") {
  Error error = some_error().with_reason(std::string(239, 'x'));
  error.append_reason("y");
  CHECK(error.reason() == std::string(239, 'x'));
}

TEST_CASE("A reason is cut between characters") {
  for (const std::string& character :
       {std::string("\xC3\xA9"), std::string("\xE2\x82\xAC"), std::string("\xF0\x9F\x94\x91")}) {
    for (std::size_t before = 233; before <= 239; ++before) {
      std::string detail = std::string(before, 'x') + character + "tail";
      std::string expected = std::string(before, 'x');
      if (before + character.size() <= 239) expected = detail.substr(0, 239);
      REQUIRE(some_error().with_reason(detail).reason() == expected);
    }
  }
}

TEST_CASE("A reason of nothing but continuation bytes is cut to nothing") {
  CHECK(some_error().with_reason(std::string(300, '\x80')).reason().empty());
}

TEST_CASE("Each kind of error has a name of its own") {
  std::set<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(Errc::internal); ++kind) names.insert(to_string(static_cast<Errc>(kind)));
  CHECK(names.size() == static_cast<std::size_t>(Errc::internal) + 1);
  CHECK(std::string(to_string(Errc::invalid_input)) == "invalid_input");
  CHECK(std::string(to_string(Errc::overloaded)) == "overloaded");
  CHECK(std::string(to_string(Errc::outcome_unknown)) == "outcome_unknown");
  CHECK(std::string(to_string(Errc::internal)) == "internal");
}
