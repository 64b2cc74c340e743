#include <chrono>
#include <limits>
#include <type_traits>

#include <watchword/base/time.hpp>

#include "support/catch.hpp"
#include "support/fake_clock.hpp"

namespace {

using namespace watchword;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

}  // namespace

static_assert(!std::is_convertible_v<std::int64_t, Lifetime>);
static_assert(!std::is_convertible_v<std::int64_t, Timestamp>);
static_assert(!std::is_constructible_v<Timestamp, Lifetime>);
static_assert(!std::is_constructible_v<Lifetime, Timestamp>);

TEST_CASE("Lifetimes convert between units") {
  CHECK(Lifetime::days(1) == Lifetime::hours(24));
  CHECK(Lifetime::hours(1) == Lifetime::minutes(60));
  CHECK(Lifetime::minutes(1) == Lifetime::seconds(60));
  CHECK(Lifetime::seconds(1) == Lifetime::milliseconds(1000));
  CHECK(Lifetime::milliseconds(1) == Lifetime::microseconds(1000));
  CHECK(Lifetime::microseconds(1999999).seconds() == 1);
  CHECK(Lifetime::microseconds(1999).milliseconds() == 1);
}

TEST_CASE("Lifetimes are ordered") {
  CHECK(Lifetime::seconds(1) < Lifetime::seconds(2));
  CHECK(Lifetime::seconds(2) > Lifetime::seconds(1));
  CHECK(Lifetime::seconds(2) <= Lifetime::seconds(2));
  CHECK(Lifetime::seconds(2) >= Lifetime::seconds(2));
  CHECK(Lifetime::seconds(2) != Lifetime::seconds(-2));
}

TEST_CASE("Lifetimes saturate instead of wrapping around") {
  CHECK(Lifetime::seconds(kMost / 1000000).microseconds() == kMost / 1000000 * 1000000);
  CHECK(Lifetime::seconds(kMost / 1000000 + 1).microseconds() == kMost);
  CHECK(Lifetime::days(kMost).microseconds() == kMost);
  CHECK(Lifetime::days(kLeast).microseconds() == -kMost);
  CHECK(Lifetime::seconds(-(kMost / 1000000)).microseconds() == -(kMost / 1000000 * 1000000));
  CHECK(Lifetime::seconds(-(kMost / 1000000) - 1).microseconds() == -kMost);
  CHECK(Lifetime::milliseconds(kLeast).microseconds() == -kMost);
}

TEST_CASE("Timestamps saturate instead of wrapping around") {
  const auto last = Timestamp::from_microseconds(kMost);
  const auto first = Timestamp::from_microseconds(kLeast);
  CHECK(last + Lifetime::microseconds(1) == last);
  CHECK(last - Lifetime::microseconds(-1) == last);
  CHECK(first - Lifetime::microseconds(1) == first);
  CHECK(first + Lifetime::microseconds(-1) == first);
  CHECK((last - first).microseconds() == kMost);
  CHECK((first - last).microseconds() == kLeast);
  CHECK(Timestamp() - Lifetime::microseconds(kLeast) == last);
  CHECK(last - Lifetime::microseconds(1) == Timestamp::from_microseconds(kMost - 1));
  CHECK(Timestamp::from_seconds(kMost) == last);
}

TEST_CASE("Timestamps are rounded down also before 1970") {
  CHECK(Timestamp::from_microseconds(1999999).seconds() == 1);
  CHECK(Timestamp::from_microseconds(0).seconds() == 0);
  CHECK(Timestamp::from_microseconds(-1).seconds() == -1);
  CHECK(Timestamp::from_microseconds(-1).milliseconds() == -1);
  CHECK(Timestamp::from_microseconds(-1000000).seconds() == -1);
  CHECK(Timestamp::from_microseconds(-1000001).seconds() == -2);
}

TEST_CASE("Timestamps are ordered and differ by lifetimes") {
  const auto noon = Timestamp::from_seconds(43200);
  CHECK(noon + Lifetime::hours(1) > noon);
  CHECK(noon - Lifetime::hours(1) < noon);
  CHECK(noon >= noon);
  CHECK(noon <= noon);
  CHECK(noon != Timestamp::from_milliseconds(43200001));
  CHECK(noon + Lifetime::hours(1) - noon == Lifetime::minutes(60));
}

TEST_CASE("The system clock tells the time of day") {
  using std::chrono::microseconds;
  auto wall = [] {
    return std::chrono::duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  };
  auto before = wall();
  auto now = system_clock().now().microseconds();
  auto after = wall();
  CHECK(before <= now);
  CHECK(now <= after);
}

TEST_CASE("The fake clock moves when told to") {
  test::FakeClock clock;
  auto start = clock.now();
  CHECK(start == Timestamp::from_seconds(1767225600));
  CHECK(clock.now() == start);
  clock.advance(Lifetime::seconds(5));
  CHECK(clock.now() - start == Lifetime::seconds(5));
}
