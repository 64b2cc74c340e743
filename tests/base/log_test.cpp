#include <watchword/base/log.hpp>
#include <watchword/base/rng.hpp>
#include <watchword/base/time.hpp>

#include "support/catch.hpp"

using namespace watchword;

TEST_CASE("The null log takes anything and is always the same") {
  null_log().write(Severity::error, "", "");
  null_log().write(Severity::info, "event", "A sentence.");
  CHECK(&null_log() == &null_log());
}

TEST_CASE("The system's clocks live as long as the process") {
  CHECK(&system_clock() == &system_clock());
  CHECK(&steady_clock() == &steady_clock());
  CHECK(&system_clock() != &steady_clock());
}

TEST_CASE("The steady clock never steps back") {
  auto last = steady_clock().now();
  for (int i = 0; i < 1000; ++i) {
    auto next = steady_clock().now();
    REQUIRE(next >= last);
    last = next;
  }
}
