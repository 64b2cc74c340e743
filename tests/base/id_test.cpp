#include <set>
#include <string>
#include <type_traits>

#include <watchword/base/id.hpp>

#include "support/catch.hpp"
#include "support/seeded_rng.hpp"

namespace {

using namespace watchword;

}  // namespace

static_assert(!std::is_convertible_v<std::int64_t, UserId>);
static_assert(!std::is_constructible_v<SessionId, TokenId> && !std::is_constructible_v<TokenId, SessionId>);
static_assert(!std::is_assignable_v<SessionId&, RecordId>);

TEST_CASE("A random id is read as it is written") {
  test::SeededRng rng;
  for (int i = 0; i < 100; ++i) {
    auto id = SessionId::generate(rng);
    REQUIRE(id);
    REQUIRE(id->text().size() == 32);
    auto read = SessionId::parse(id->text());
    REQUIRE(read);
    REQUIRE(*read == *id);
  }
}

TEST_CASE("A random id is spelled in lower-case hexadecimal digits") {
  SessionId::Bytes bytes{0x00, 0x0F, 0xF0, 0xFF, 0x12, 0x34, 0x56, 0x78,
                         0x9A, 0xBC, 0xDE, 0xF0, 0x01, 0x02, 0x03, 0x04};
  CHECK(SessionId(bytes).text() == "000ff0ff123456789abcdef001020304");
  CHECK(SessionId::parse("000ff0ff123456789abcdef001020304")->bytes() == bytes);
  CHECK(SessionId().text() == std::string(32, '0'));
}

TEST_CASE("A random id has one spelling") {
  const std::string good = "000ff0ff123456789abcdef001020304";
  CHECK(SessionId::parse(good));
  CHECK_FALSE(SessionId::parse(""));
  CHECK_FALSE(SessionId::parse(good.substr(1)));
  CHECK_FALSE(SessionId::parse(good + "0"));
  CHECK_FALSE(SessionId::parse("000FF0FF123456789ABCDEF001020304"));
  CHECK_FALSE(SessionId::parse("000ff0ff-123456789abcdef0010203"));
  for (int byte = 0; byte < 256; ++byte) {
    char c = static_cast<char>(byte);
    bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    for (std::size_t at : {std::size_t{0}, std::size_t{31}}) {
      std::string text = good;
      text[at] = c;
      REQUIRE(SessionId::parse(text).has_value() == digit);
    }
  }
}

TEST_CASE("Random ids differ and are ordered") {
  test::SeededRng rng;
  std::set<SessionId> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(SessionId::generate(rng).value());
  CHECK(seen.size() == 1000);
  CHECK(*seen.begin() < *seen.rbegin());
  CHECK(*seen.begin() != *seen.rbegin());
}

TEST_CASE("A random id is not made when the generator fails") {
  test::SeededRng rng;
  rng.fail_after(0);
  auto id = SessionId::generate(rng);
  REQUIRE_FALSE(id);
  CHECK(id.error().code() == "rng_failed");
}

TEST_CASE("User ids compare by number") {
  CHECK(UserId(1) == UserId(1));
  CHECK(UserId(1) != UserId(2));
  CHECK(UserId(1) < UserId(2));
  CHECK(UserId().value() == 0);
}
