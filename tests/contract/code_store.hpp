#pragma once

#include <watchword/onetime/one_time_codes.hpp>

#include "contract/support.hpp"

#ifndef WATCHWORD_CODE_STORE_BACKENDS
#error "Define WATCHWORD_CODE_STORE_BACKENDS as the types to hold to the contract."
#endif

/// The contract of onetime::CodeStore. Asks a backend for runner() and codes().
namespace watchword::contract {

using onetime::Consumption;
using onetime::Purpose;
using onetime::StoredCode;

inline constexpr Lifetime kQuiet = Lifetime::seconds(60);
inline constexpr Lifetime kCodeLife = Lifetime::minutes(30);

inline StoredCode code_of(int n, int user, Timestamp created = kNow) {
  StoredCode code;
  code.id = id_of<RecordId>(n);
  code.user = UserId(user);
  code.digest = digest_of(n);
  code.binding = "user" + std::to_string(user) + "@example.com";
  code.created_at = created;
  code.expires_at = created + kCodeLife;
  return code;
}

template <class Backend>
bool replace_code(Backend& backend, const StoredCode& code, Lifetime quiet = kQuiet) {
  return commit(backend.runner(), [&](Transaction& t) { return backend.codes().replace(t, code, quiet); });
}

template <class Backend>
Consumption consume_code(Backend& backend, int n, Timestamp now) {
  auto consumed = commit(backend.runner(), [&](Transaction& t) {
    return backend.codes().consume(t, Purpose::password_reset, digest_of(n), now);
  });
  return consumed.outcome;
}

template <class Backend>
UserId code_owner(Backend& backend, int n, Timestamp now) {
  auto owner = backend.codes().find(Purpose::password_reset, digest_of(n), now);
  REQUIRE(owner);
  return owner->value_or(UserId());
}

TEMPLATE_TEST_CASE("codes: R1 a code is spent once and gives its user and binding", "[contract]",
                   WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  REQUIRE(replace_code(backend, code_of(1, 7)));
  auto consumed = commit(backend.runner(), [&](Transaction& t) {
    return backend.codes().consume(t, Purpose::password_reset, digest_of(1), kNow);
  });
  CHECK(consumed.outcome == Consumption::consumed);
  CHECK(consumed.user == UserId(7));
  CHECK(consumed.binding == "user7@example.com");
  CHECK(consume_code(backend, 1, kNow) == Consumption::already_used);
  CHECK(consume_code(backend, 2, kNow) == Consumption::unknown);
}

TEMPLATE_TEST_CASE("codes: R2 a code is good until its expiry and not at it", "[contract]",
                   WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  const Timestamp end = kNow + kCodeLife;
  REQUIRE(replace_code(backend, code_of(1, 1)));
  REQUIRE(replace_code(backend, code_of(2, 2)));
  CHECK(code_owner(backend, 1, end - kTick) == UserId(1));
  CHECK(code_owner(backend, 1, end) == UserId());
  CHECK(consume_code(backend, 1, end) == Consumption::expired);
  CHECK(consume_code(backend, 1, end + kTick) == Consumption::expired);
  CHECK(consume_code(backend, 2, end - kTick) == Consumption::consumed);
}

TEMPLATE_TEST_CASE("codes: R1 a newer code takes the place of the older", "[contract]", WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  REQUIRE(replace_code(backend, code_of(1, 7)));
  REQUIRE(replace_code(backend, code_of(2, 7, kNow + kQuiet)));
  CHECK(consume_code(backend, 1, kNow + kQuiet) == Consumption::unknown);
  CHECK(consume_code(backend, 2, kNow + kQuiet) == Consumption::consumed);
}

TEMPLATE_TEST_CASE("codes: a repeated request within the quiet time changes nothing", "[contract]",
                   WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  REQUIRE(replace_code(backend, code_of(1, 7)));
  CHECK_FALSE(replace_code(backend, code_of(2, 7, kNow)));
  CHECK_FALSE(replace_code(backend, code_of(3, 7, kNow + kQuiet - kTick)));
  CHECK(code_owner(backend, 2, kNow) == UserId());
  CHECK(code_owner(backend, 1, kNow) == UserId(7));
  CHECK(replace_code(backend, code_of(4, 8, kNow)));
  CHECK(replace_code(backend, code_of(5, 7, kNow + kQuiet)));
  CHECK(code_owner(backend, 1, kNow + kQuiet) == UserId());
}

TEMPLATE_TEST_CASE("codes: the quiet time ends with the code that began it", "[contract]",
                   WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  REQUIRE(replace_code(backend, code_of(1, 7)));
  REQUIRE(consume_code(backend, 1, kNow) == Consumption::consumed);
  CHECK(replace_code(backend, code_of(2, 7, kNow + kTick)));
  CHECK(consume_code(backend, 1, kNow + kTick) == Consumption::already_used);
  StoredCode brief = code_of(3, 8);
  brief.expires_at = kNow + kTick;
  REQUIRE(replace_code(backend, brief));
  CHECK(replace_code(backend, code_of(4, 8, kNow + kTick)));
}

TEMPLATE_TEST_CASE("codes: a clock that was set back does not silence anybody", "[contract]",
                   WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  REQUIRE(replace_code(backend, code_of(1, 7, kNow + Lifetime::days(1))));
  CHECK(replace_code(backend, code_of(2, 7, kNow)));
}

TEMPLATE_TEST_CASE("codes: find tells whose open code it is and spends nothing", "[contract]",
                   WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  REQUIRE(replace_code(backend, code_of(1, 7)));
  CHECK(code_owner(backend, 1, kNow) == UserId(7));
  CHECK(code_owner(backend, 1, kNow) == UserId(7));
  CHECK(code_owner(backend, 2, kNow) == UserId());
  REQUIRE(consume_code(backend, 1, kNow) == Consumption::consumed);
  CHECK(code_owner(backend, 1, kNow) == UserId());
}

TEMPLATE_TEST_CASE("codes: 4.30 find inside a transaction answers or is refused and does not hang", "[contract]",
                   WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  REQUIRE(replace_code(backend, code_of(1, 7)));
  std::string answer;
  REQUIRE(backend.runner().run([&](Transaction&) -> Result<void> {
    auto owner = backend.codes().find(Purpose::password_reset, digest_of(1), kNow);
    answer = owner ? "answered" : std::string(owner.error().code());
    return {};
  }));
  CHECK((answer == "answered" || answer == "nested_transaction"));
}

TEMPLATE_TEST_CASE("codes: R1 discard voids the codes of one user", "[contract]", WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  REQUIRE(replace_code(backend, code_of(1, 7)));
  REQUIRE(replace_code(backend, code_of(2, 8)));
  commit(backend.runner(), [&](Transaction& t) { return backend.codes().discard(t, UserId(7)); });
  CHECK(consume_code(backend, 1, kNow) == Consumption::unknown);
  CHECK(consume_code(backend, 2, kNow) == Consumption::consumed);
}

TEMPLATE_TEST_CASE("codes: S8 what is rolled back spends nothing", "[contract]", WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  REQUIRE(replace_code(backend, code_of(1, 7)));
  roll_back(backend.runner(),
            [&](Transaction& t) { return backend.codes().consume(t, Purpose::password_reset, digest_of(1), kNow); });
  CHECK(consume_code(backend, 1, kNow) == Consumption::consumed);
}

TEMPLATE_TEST_CASE("codes: 4.20 of many who spend one code at once one does", "[contract]",
                   WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  REQUIRE(replace_code(backend, code_of(1, 7)));
  auto answers = race([&](int) {
    return attempt(backend.runner(), [&](Transaction& t) {
      return backend.codes().consume(t, Purpose::password_reset, digest_of(1), kNow);
    });
  });
  using Consumed = onetime::CodeStore::Consumed;
  CHECK(count_of(answers, [](const Consumed& c) { return c.outcome == Consumption::consumed; }) == 1);
  CHECK(count_of(answers, [](const Consumed& c) { return c.outcome == Consumption::already_used; }) == kRacers - 1);
}

TEMPLATE_TEST_CASE("codes: 4.34 nobody's open codes are everybody's", "[contract]", WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  for (int n = 1; n <= 3; ++n) REQUIRE(replace_code(backend, code_of(n, n)));
  REQUIRE(consume_code(backend, 3, kNow) == Consumption::consumed);
  commit(backend.runner(), [&](Transaction& t) { return backend.codes().discard(t, UserId()); });
  CHECK(consume_code(backend, 1, kNow) == Consumption::unknown);
  CHECK(consume_code(backend, 2, kNow) == Consumption::unknown);
  CHECK(consume_code(backend, 3, kNow) == Consumption::already_used);
}

TEMPLATE_TEST_CASE("codes: of many requests at once one stores its code", "[contract]", WATCHWORD_CODE_STORE_BACKENDS) {
  TestType backend;
  auto answers = race([&](int i) {
    return attempt(backend.runner(),
                   [&](Transaction& t) { return backend.codes().replace(t, code_of(i + 1, 7), kQuiet); });
  });
  CHECK(count_of(answers, [](bool stored) { return stored; }) == 1);
  int open = 0;
  for (int n = 1; n <= kRacers; ++n) open += code_owner(backend, n, kNow) == UserId(7) ? 1 : 0;
  CHECK(open == 1);
}

}  // namespace watchword::contract
