#pragma once

#include <watchword/session/session_store.hpp>

#include "contract/support.hpp"

#ifndef WATCHWORD_SESSION_STORE_BACKENDS
#error "Define WATCHWORD_SESSION_STORE_BACKENDS as the types to hold to the contract."
#endif

/// The contract of session::SessionStore. Asks a backend for runner() and sessions().
namespace watchword::contract {

using session::Session;

inline constexpr Lifetime kSessionLife = Lifetime::days(90);

inline Session session_of(int n, int user, Timestamp created = kNow) {
  Session session;
  session.id = id_of<SessionId>(n);
  session.user = UserId(user);
  session.epoch = 11;
  session.assurance = {Assurance::password | Assurance::otp, created, 2};
  session.created_at = created;
  session.last_used_at = created;
  session.expires_at = created + kSessionLife;
  session.client_address = "2001:db8::1";
  session.user_agent = "Mozilla/5.0 \xC3\xA9";
  session.device = "Zoë's telephone";
  return session;
}

template <class Backend>
void insert_session(Backend& backend, const Session& session) {
  commit(backend.runner(), [&](Transaction& t) { return backend.sessions().insert(t, session); });
}

template <class Backend>
std::optional<Session> session_in(Backend& backend, int n, Timestamp now = kNow) {
  auto found = backend.sessions().find(id_of<SessionId>(n), now);
  REQUIRE(found);
  return *found;
}

template <class Backend>
std::optional<Session> lock_session(Backend& backend, int n, Timestamp now) {
  return commit(backend.runner(), [&](Transaction& t) { return backend.sessions().lock(t, id_of<SessionId>(n), now); });
}

template <class Backend>
bool count_rotation(Backend& backend, int n, int limit, Timestamp now) {
  return commit(backend.runner(),
                [&](Transaction& t) { return backend.sessions().count_rotation(t, id_of<SessionId>(n), limit, now); });
}

template <class Backend>
bool end_session(Backend& backend, int user, int n) {
  return commit(backend.runner(),
                [&](Transaction& t) { return backend.sessions().end(t, UserId(user), id_of<SessionId>(n)); });
}

template <class Backend>
std::int64_t end_all_sessions(Backend& backend, int user, std::optional<SessionId> except = std::nullopt) {
  return commit(backend.runner(), [&](Transaction& t) { return backend.sessions().end_all(t, UserId(user), except); });
}

TEMPLATE_TEST_CASE("sessions: a session comes back as it was put", "[contract]", WATCHWORD_SESSION_STORE_BACKENDS) {
  TestType backend;
  insert_session(backend, session_of(1, 7));
  auto found = session_in(backend, 1);
  REQUIRE(found);
  CHECK(found->id == id_of<SessionId>(1));
  CHECK(found->user == UserId(7));
  CHECK(found->epoch == 11);
  CHECK(found->assurance.methods == (Assurance::password | Assurance::otp));
  CHECK(found->assurance.authenticated_at == kNow);
  CHECK(found->assurance.level == 2);
  CHECK(found->created_at == kNow);
  CHECK(found->last_used_at == kNow);
  CHECK(found->expires_at == kNow + kSessionLife);
  CHECK(found->client_address == "2001:db8::1");
  CHECK(found->user_agent == "Mozilla/5.0 \xC3\xA9");
  CHECK(found->device == "Zoë's telephone");
  CHECK_FALSE(session_in(backend, 2));
}

TEMPLATE_TEST_CASE("sessions: what a client says of itself may be any bytes", "[contract]",
                   WATCHWORD_SESSION_STORE_BACKENDS) {
  TestType backend;
  Session session = session_of(1, 7);
  session.client_address.clear();
  session.user_agent = std::string("\xFF\xFE a\0b '; --", 11);
  insert_session(backend, session);
  auto found = session_in(backend, 1);
  REQUIRE(found);
  CHECK(found->client_address.empty());
  CHECK(found->user_agent == session.user_agent);
}

TEMPLATE_TEST_CASE("sessions: S3 no verb shows a session from its absolute end on", "[contract]",
                   WATCHWORD_SESSION_STORE_BACKENDS) {
  TestType backend;
  const Timestamp end = kNow + kSessionLife;
  insert_session(backend, session_of(1, 7));
  CHECK(session_in(backend, 1, end - kTick));
  CHECK(lock_session(backend, 1, end - kTick));
  CHECK_FALSE(session_in(backend, 1, end));
  CHECK_FALSE(lock_session(backend, 1, end));
  CHECK_FALSE(lock_session(backend, 1, end + kTick));
  CHECK_FALSE(count_rotation(backend, 1, 60, end));
  auto listed = backend.sessions().list(UserId(7), end);
  REQUIRE(listed);
  CHECK(listed->empty());
}

TEMPLATE_TEST_CASE("sessions: S9 a list is of one user and newest first", "[contract]",
                   WATCHWORD_SESSION_STORE_BACKENDS) {
  TestType backend;
  insert_session(backend, session_of(1, 7, kNow));
  insert_session(backend, session_of(2, 7, kNow + kTick));
  insert_session(backend, session_of(3, 8));
  auto listed = backend.sessions().list(UserId(7), kNow + kTick);
  REQUIRE(listed);
  REQUIRE(listed->size() == 2);
  CHECK(listed->at(0).id == id_of<SessionId>(2));
  CHECK(listed->at(1).id == id_of<SessionId>(1));
}

TEMPLATE_TEST_CASE("sessions: a lock notes the use", "[contract]", WATCHWORD_SESSION_STORE_BACKENDS) {
  TestType backend;
  const Timestamp later = kNow + Lifetime::hours(3);
  insert_session(backend, session_of(1, 7));
  auto locked = lock_session(backend, 1, later);
  REQUIRE(locked);
  CHECK(locked->last_used_at == later);
  CHECK(session_in(backend, 1, later)->last_used_at == later);
  CHECK_FALSE(lock_session(backend, 2, later));
}

TEMPLATE_TEST_CASE("sessions: rotations are counted by the hour", "[contract]", WATCHWORD_SESSION_STORE_BACKENDS) {
  TestType backend;
  insert_session(backend, session_of(1, 7));
  CHECK(count_rotation(backend, 1, 2, kNow));
  CHECK(count_rotation(backend, 1, 2, kNow + kTick));
  CHECK_FALSE(count_rotation(backend, 1, 2, kNow + Lifetime::hours(1) - kTick));
  CHECK(count_rotation(backend, 1, 2, kNow + Lifetime::hours(1)));
  CHECK(count_rotation(backend, 1, 2, kNow + Lifetime::hours(1)));
  CHECK_FALSE(count_rotation(backend, 1, 2, kNow + Lifetime::hours(1)));
}

TEMPLATE_TEST_CASE("sessions: S6 a kept session takes the new epoch", "[contract]", WATCHWORD_SESSION_STORE_BACKENDS) {
  TestType backend;
  insert_session(backend, session_of(1, 7));
  CHECK(commit(backend.runner(), [&](Transaction& t) { return backend.sessions().keep(t, id_of<SessionId>(1), 12); }));
  CHECK(session_in(backend, 1)->epoch == 12);
  CHECK_FALSE(
      commit(backend.runner(), [&](Transaction& t) { return backend.sessions().keep(t, id_of<SessionId>(2), 12); }));
  CHECK_FALSE(session_in(backend, 2));
}

TEMPLATE_TEST_CASE("sessions: S4 an ended session is gone and no verb brings it back", "[contract]",
                   WATCHWORD_SESSION_STORE_BACKENDS) {
  TestType backend;
  insert_session(backend, session_of(1, 7));
  insert_session(backend, session_of(2, 7));
  CHECK_FALSE(end_session(backend, 8, 1));
  CHECK(session_in(backend, 1));
  CHECK(end_session(backend, 7, 1));
  CHECK_FALSE(end_session(backend, 7, 1));
  CHECK_FALSE(lock_session(backend, 1, kNow));
  CHECK_FALSE(count_rotation(backend, 1, 60, kNow));
  CHECK_FALSE(session_in(backend, 1));
  CHECK(session_in(backend, 2));
}

TEMPLATE_TEST_CASE("sessions: S6 all of a user's sessions end but the one excepted", "[contract]",
                   WATCHWORD_SESSION_STORE_BACKENDS) {
  TestType backend;
  for (int n = 1; n <= 3; ++n) insert_session(backend, session_of(n, 7));
  insert_session(backend, session_of(4, 8));
  CHECK(end_all_sessions(backend, 7, id_of<SessionId>(2)) == 2);
  CHECK_FALSE(session_in(backend, 1));
  CHECK(session_in(backend, 2));
  CHECK_FALSE(session_in(backend, 3));
  CHECK(end_all_sessions(backend, 7) == 1);
  CHECK(end_all_sessions(backend, 7) == 0);
  CHECK(session_in(backend, 4));
}

TEMPLATE_TEST_CASE("sessions: of many that count at once only the limit is let through", "[contract]",
                   WATCHWORD_SESSION_STORE_BACKENDS) {
  TestType backend;
  insert_session(backend, session_of(1, 7));
  auto answers = race([&](int) {
    return attempt(backend.runner(),
                   [&](Transaction& t) { return backend.sessions().count_rotation(t, id_of<SessionId>(1), 5, kNow); });
  });
  CHECK(count_of(answers, [](bool counted) { return counted; }) == 5);
}

TEMPLATE_TEST_CASE("sessions: of many that end one session at once one ends it", "[contract]",
                   WATCHWORD_SESSION_STORE_BACKENDS) {
  TestType backend;
  insert_session(backend, session_of(1, 7));
  auto answers = race([&](int) {
    return attempt(backend.runner(),
                   [&](Transaction& t) { return backend.sessions().end(t, UserId(7), id_of<SessionId>(1)); });
  });
  CHECK(count_of(answers, [](bool ended) { return ended; }) == 1);
}

}  // namespace watchword::contract
