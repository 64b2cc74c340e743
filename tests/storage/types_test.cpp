#include <limits>

#include "storage/sqlite/timestamp_text.hpp"
#include "storage/support.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

/// Shows the row of `SELECT text` with these values.
void show(const std::string& text, std::initializer_list<sql::Value> values, sql::Executor::EachRow each) {
  sqlite::Options options;
  options.path = ":memory:";
  auto database = open_database(options);
  sql::Statement statement("SELECT " + text);
  auto done = database->read([&](sql::Executor& executor) -> Result<void> {
    auto rows = executor.query(statement, values, each);
    return rows ? Result<void>() : rows.error();
  });
  REQUIRE(done);
}

std::string text_of(Timestamp t) { return std::string(sqlite::format_timestamp(t).view()); }

Timestamp read_timestamp(const std::string& expression) {
  Timestamp t;
  show(expression, {}, [&](const sql::Row& row) -> Result<void> {
    t = row.timestamp(0);
    return {};
  });
  return t;
}

}  // namespace

TEST_CASE("each type comes back as it went in") {
  const std::string text("a\0b\xc3\xa9", 5);
  const std::uint8_t bytes[] = {0, 255, 1};
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  auto t = Timestamp::from_microseconds(1767225600123456);
  show("$1, $2, $3, $4, $5, $6", {least, true, text, ByteView(bytes, 3), t, nullptr},
       [&](const sql::Row& row) -> Result<void> {
         CHECK(row.integer(0) == least);
         CHECK(row.boolean(1));
         CHECK(row.text(2) == text);
         CHECK(row.blob(3).text() == std::string_view("\0\xff\x01", 3));
         CHECK(row.timestamp(4) == t);
         CHECK(row.is_null(5));
         for (int i = 0; i < 5; ++i) CHECK_FALSE(row.is_null(i));
         return {};
       });
}

TEST_CASE("empty text and empty blobs are not null") {
  show("$1, $2, typeof($1), typeof($2)", {std::string_view(), ByteView()}, [](const sql::Row& row) -> Result<void> {
    CHECK_FALSE(row.is_null(0));
    CHECK_FALSE(row.is_null(1));
    CHECK(row.text(2) == "text");
    CHECK(row.text(3) == "blob");
    return {};
  });
}

TEST_CASE("a column read as a type that it does not hold gives nothing") {
  show("'12', x'31', 12, NULL", {}, [](const sql::Row& row) -> Result<void> {
    CHECK(row.integer(0) == 0);
    CHECK(row.blob(0).empty());
    CHECK(row.text(1).empty());
    CHECK(row.text(2).empty());
    CHECK(row.timestamp(1) == Timestamp());
    CHECK_FALSE(row.boolean(3));
    CHECK(row.integer(3) == 0);
    CHECK(row.text(3).empty());
    CHECK(row.blob(3).empty());
    CHECK(row.timestamp(3) == Timestamp());
    return {};
  });
}

TEST_CASE("moments are written as SQLAlchemy writes them") {
  CHECK(text_of(Timestamp()) == "1970-01-01 00:00:00");
  CHECK(text_of(Timestamp::from_microseconds(1)) == "1970-01-01 00:00:00.000001");
  CHECK(text_of(Timestamp::from_microseconds(-1)) == "1969-12-31 23:59:59.999999");
  CHECK(text_of(Timestamp::from_seconds(951827696)) == "2000-02-29 12:34:56");
  CHECK(text_of(Timestamp::from_microseconds(1767225600123450)) == "2026-01-01 00:00:00.123450");
  CHECK(text_of(Timestamp::from_seconds(2147483648)) == "2038-01-19 03:14:08");
}

TEST_CASE("moments beyond four-digit years are clamped so that text still sorts") {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  CHECK(text_of(Timestamp::from_microseconds(253402300799999999)) == "9999-12-31 23:59:59.999999");
  CHECK(text_of(Timestamp::from_microseconds(253402300800000000)) == "9999-12-31 23:59:59.999999");
  CHECK(text_of(Timestamp::from_microseconds(most)) == "9999-12-31 23:59:59.999999");
  CHECK(text_of(Timestamp::from_microseconds(-62167219200000000)) == "0000-01-01 00:00:00");
  CHECK(text_of(Timestamp::from_microseconds(least)) == "0000-01-01 00:00:00");
}

TEST_CASE("moments are read in every spelling that a host may have stored") {
  auto t = Timestamp::from_seconds(1767225600);
  CHECK(read_timestamp("'2026-01-01 00:00:00'") == t);
  CHECK(read_timestamp("'2026-01-01T00:00:00'") == t);
  CHECK(read_timestamp("'2026-01-01T00:00:00Z'") == t);
  CHECK(read_timestamp("'2026-01-01 00:00:00.000000'") == t);
  CHECK(read_timestamp("'2026-01-01 00:00:00.5'") == t + Lifetime::milliseconds(500));
  CHECK(read_timestamp("'2026-01-01T00:00:00.000001999Z'") == t + Lifetime::microseconds(1));
  CHECK(read_timestamp("'2026-01-01'") == t);
  CHECK(read_timestamp("1767225600") == t);
  CHECK(read_timestamp("1767225600000") == t);
  CHECK(read_timestamp("1767225600000000") == t);
}

TEST_CASE("text that is no moment reads as the epoch") {
  for (const char* text :
       {"", "now", "2026-13-01 00:00:00", "2026-02-29 00:00:00", "2026-01-01 24:00:00", "2026-01-01 00:60:00",
        "2026-01-01 00:00:60", "2026-01-01 00:00", "2026-01-01 00:00:00.", "2026-01-01 00:00:00x",
        "2026-01-01 00:00:00+00:00", "-026-01-01 00:00:00", "2026-01-01_00:00:00", "20260101"}) {
    CAPTURE(text);
    Timestamp t = Timestamp::from_seconds(7);
    CHECK_FALSE(sqlite::parse_timestamp(text, t));
    CHECK(t == Timestamp::from_seconds(7));
  }
  CHECK(read_timestamp("'now'") == Timestamp());
}

TEST_CASE("moments survive the round trip through text") {
  std::uint64_t state = 88172645463325252U;
  for (int i = 0; i < 2000; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    auto t = Timestamp::from_microseconds(static_cast<std::int64_t>(state % 315569520000000000U) - 62167219200000000);
    Timestamp back;
    REQUIRE(sqlite::parse_timestamp(sqlite::format_timestamp(t).view(), back));
    REQUIRE(back == t);
  }
}
