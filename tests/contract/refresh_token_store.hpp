#pragma once

#include <watchword/session/refresh_token_store.hpp>

#include "contract/support.hpp"

#ifndef WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS
#error "Define WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS as the types to hold to the contract."
#endif

/// The contract of session::RefreshTokenStore. Asks a backend for runner() and refresh_tokens().
namespace watchword::contract {

using session::Derivation;
using session::RefreshState;
using session::RefreshToken;

inline RefreshToken token_of(int n) {
  RefreshToken token;
  token.digest = digest_of(n);
  token.session = id_of<SessionId>(1);
  token.user = UserId(7);
  token.generation = n;
  token.expires_at = kNow + Lifetime::days(7);
  token.changed_at = kNow;
  return token;
}

inline Derivation derivation_of(int successor, Timestamp drawn = kNow + Lifetime::minutes(1)) {
  Derivation derivation;
  derivation.nonce.fill(static_cast<std::uint8_t>(successor));
  derivation.key_id = "k1";
  derivation.successor = digest_of(successor);
  derivation.drawn_at = drawn;
  return derivation;
}

template <class Backend>
void insert_token(Backend& backend, const RefreshToken& token) {
  commit(backend.runner(), [&](Transaction& t) { return backend.refresh_tokens().insert(t, token); });
}

template <class Backend>
RefreshToken token_in(Backend& backend, int n) {
  auto token = commit(backend.runner(), [&](Transaction& t) { return backend.refresh_tokens().lock(t, digest_of(n)); });
  REQUIRE(token);
  return *token;
}

template <class Backend>
bool spend_token(Backend& backend, int n, const Derivation& derivation) {
  return commit(backend.runner(),
                [&](Transaction& t) { return backend.refresh_tokens().spend(t, digest_of(n), derivation); });
}

template <class Backend>
bool redraw_token(Backend& backend, int n, const Derivation& derivation) {
  return commit(backend.runner(),
                [&](Transaction& t) { return backend.refresh_tokens().redraw(t, digest_of(n), derivation); });
}

template <class Backend>
bool supersede_token(Backend& backend, int n, Timestamp now) {
  return commit(backend.runner(),
                [&](Transaction& t) { return backend.refresh_tokens().supersede(t, digest_of(n), now); });
}

template <class Backend>
void erase_nonce_before(Backend& backend, int successor) {
  commit(backend.runner(),
         [&](Transaction& t) { return backend.refresh_tokens().erase_nonce_before(t, digest_of(successor)); });
}

TEMPLATE_TEST_CASE("refresh tokens: a live token comes back as it was put", "[contract]",
                   WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS) {
  TestType backend;
  insert_token(backend, token_of(3));
  RefreshToken token = token_in(backend, 3);
  CHECK(token.digest == digest_of(3));
  CHECK(token.session == id_of<SessionId>(1));
  CHECK(token.user == UserId(7));
  CHECK(token.generation == 3);
  CHECK(token.state == RefreshState::live);
  CHECK(token.expires_at == kNow + Lifetime::days(7));
  CHECK(token.changed_at == kNow);
  CHECK_FALSE(token.derivation);
  CHECK_FALSE(token.nonce_erased);
  auto unknown =
      commit(backend.runner(), [&](Transaction& t) { return backend.refresh_tokens().lock(t, digest_of(4)); });
  CHECK_FALSE(unknown);
}

TEMPLATE_TEST_CASE("refresh tokens: whose a token is is found without waiting for who has locked it", "[contract]",
                   WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS) {
  TestType backend;
  insert_token(backend, token_of(3));
  auto found = commit(backend.runner(), [&](Transaction& t) { return backend.refresh_tokens().find(t, digest_of(3)); });
  REQUIRE(found);
  CHECK(found->session == id_of<SessionId>(1));
  CHECK(found->user == UserId(7));
  CHECK(found->state == RefreshState::live);
  auto unknown =
      commit(backend.runner(), [&](Transaction& t) { return backend.refresh_tokens().find(t, digest_of(4)); });
  CHECK_FALSE(unknown);
}

TEMPLATE_TEST_CASE("refresh tokens: S7 a token is spent once and remembers its successor", "[contract]",
                   WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS) {
  TestType backend;
  insert_token(backend, token_of(1));
  CHECK(spend_token(backend, 1, derivation_of(2)));
  CHECK_FALSE(spend_token(backend, 1, derivation_of(3)));
  CHECK_FALSE(spend_token(backend, 9, derivation_of(3)));
  RefreshToken token = token_in(backend, 1);
  CHECK(token.state == RefreshState::spent);
  CHECK(token.changed_at == kNow + Lifetime::minutes(1));
  REQUIRE(token.derivation);
  CHECK(token.derivation->nonce == derivation_of(2).nonce);
  CHECK(token.derivation->key_id == "k1");
  CHECK(token.derivation->successor == digest_of(2));
  CHECK(token.derivation->drawn_at == kNow + Lifetime::minutes(1));
}

TEMPLATE_TEST_CASE("refresh tokens: a spent token draws its successor anew", "[contract]",
                   WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS) {
  TestType backend;
  const Timestamp later = kNow + Lifetime::minutes(5);
  insert_token(backend, token_of(1));
  CHECK_FALSE(redraw_token(backend, 1, derivation_of(2)));
  REQUIRE(spend_token(backend, 1, derivation_of(2)));
  CHECK(redraw_token(backend, 1, derivation_of(3, later)));
  RefreshToken token = token_in(backend, 1);
  CHECK(token.state == RefreshState::spent);
  CHECK(token.changed_at == kNow + Lifetime::minutes(1));
  REQUIRE(token.derivation);
  CHECK(token.derivation->successor == digest_of(3));
  CHECK(token.derivation->drawn_at == later);
}

TEMPLATE_TEST_CASE("refresh tokens: an erased nonce stays erased", "[contract]",
                   WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS) {
  TestType backend;
  insert_token(backend, token_of(1));
  REQUIRE(spend_token(backend, 1, derivation_of(2)));
  erase_nonce_before(backend, 99);
  CHECK_FALSE(token_in(backend, 1).nonce_erased);
  erase_nonce_before(backend, 2);
  RefreshToken token = token_in(backend, 1);
  CHECK(token.state == RefreshState::spent);
  CHECK(token.nonce_erased);
  REQUIRE(token.derivation);
  CHECK(token.derivation->nonce == Derivation::Nonce{});
  CHECK(token.derivation->successor == digest_of(2));
  CHECK_FALSE(redraw_token(backend, 1, derivation_of(3)));
}

TEMPLATE_TEST_CASE("refresh tokens: only a live token is superseded", "[contract]",
                   WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS) {
  TestType backend;
  insert_token(backend, token_of(1));
  insert_token(backend, token_of(2));
  REQUIRE(spend_token(backend, 1, derivation_of(2)));
  CHECK_FALSE(supersede_token(backend, 1, kNow));
  CHECK(supersede_token(backend, 2, kNow + kTick));
  CHECK_FALSE(supersede_token(backend, 2, kNow + kTick));
  CHECK_FALSE(spend_token(backend, 2, derivation_of(3)));
  RefreshToken token = token_in(backend, 2);
  CHECK(token.state == RefreshState::superseded);
  CHECK(token.changed_at == kNow + kTick);
}

TEMPLATE_TEST_CASE("refresh tokens: S8 a rotation that is rolled back spends nothing", "[contract]",
                   WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS) {
  TestType backend;
  insert_token(backend, token_of(1));
  roll_back(backend.runner(), [&](Transaction& t) {
    auto spent = backend.refresh_tokens().spend(t, digest_of(1), derivation_of(2));
    return spent ? backend.refresh_tokens().insert(t, token_of(2)) : spent.error();
  });
  CHECK(token_in(backend, 1).state == RefreshState::live);
  CHECK(spend_token(backend, 1, derivation_of(2)));
}

TEMPLATE_TEST_CASE("refresh tokens: 4.18 of many rotations at once one spends the token", "[contract]",
                   WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS) {
  TestType backend;
  insert_token(backend, token_of(1));
  auto answers = race([&](int i) {
    return attempt(backend.runner(), [&](Transaction& t) -> Result<bool> {
      auto locked = backend.refresh_tokens().lock(t, digest_of(1));
      if (!locked) return locked.error();
      const bool live = *locked && (*locked)->state == RefreshState::live;
      auto spent = backend.refresh_tokens().spend(t, digest_of(1), derivation_of(100 + i));
      if (!spent) return spent.error();
      if (*spent != live) return Error(Errc::internal, "test_unlocked", "The lock did not hold.");
      return spent;
    });
  });
  CHECK(count_of(answers, [](bool spent) { return spent; }) == 1);
}

}  // namespace watchword::contract
