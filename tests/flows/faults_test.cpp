#include <functional>
#include <memory>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

/// A world in which somebody is signed in and has a reset code. Nobody but the operation uses the ports in it.
struct Scene {
  Scene() {
    world.add("mike");
    tokens = world.login("mike");
    code = world.reset_code("mike@example.com");
    Setup quiet;
    quiet.mailer = false;
    world.reopen(quiet);
    world.clock.advance(Lifetime::seconds(61));
    who = std::make_unique<session::Principal>(world.principal(tokens));
  }
  World world;
  session::TokenPair tokens;
  std::string code;
  std::unique_ptr<session::Principal> who;
};

struct Operation {
  const char* name;
  std::function<bool(Scene&)> run;
};

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all = {
      {"register",
       [](Scene& s) {
         return bool(s.world.auth().register_account(nowhere(), {"anna@example.com", "anna", password(kPassword)}));
       }},
      {"login", [](Scene& s) { return bool(s.world.try_login("mike")); }},
      {"refresh", [](Scene& s) { return bool(s.world.auth().refresh(nowhere(), s.tokens.refresh.reveal())); }},
      {"logout", [](Scene& s) { return bool(s.world.auth().logout(nowhere(), *s.who)); }},
      {"logout all", [](Scene& s) { return bool(s.world.auth().logout_all(nowhere(), *s.who)); }},
      {"update",
       [](Scene& s) {
         return bool(s.world.auth().update_profile(nowhere(), *s.who, {"new@example.com", "newname"}));
       }},
      {"change",
       [](Scene& s) {
         PasswordChange change{password(kPassword), password(kNewPassword)};
         return bool(s.world.auth().change_password(nowhere(), *s.who, std::move(change)));
       }},
      {"request", [](Scene& s) { return bool(s.world.auth().request_password_reset(nowhere(), "mike@example.com")); }},
      {"reset", [](Scene& s) { return bool(s.world.reset(s.code)); }},
      {"deactivate", [](Scene& s) { return bool(s.world.auth().deactivate(nowhere(), UserId(1))); }},
  };
  return all;
}

/// All that the operations write.
std::string state_of(World& world) {
  const char* queries[] = {
      "SELECT id || email || username || hashed_password || is_active FROM users ORDER BY 1",
      "SELECT user_id || email_key || username_key || epoch FROM watchword_accounts ORDER BY 1",
      "SELECT hex(id) || user_id || epoch FROM watchword_sessions ORDER BY 1",
      "SELECT hex(digest) || generation || state FROM watchword_refresh_tokens ORDER BY 1",
      "SELECT sequence || kind || user_id || min_epoch FROM watchword_revocations ORDER BY 1",
      "SELECT hex(id) || user_id || COALESCE(used_at, '') FROM watchword_codes ORDER BY 1",
      "SELECT hex(id) || kind || user_id FROM watchword_outbox ORDER BY 1",
  };
  std::string all;
  for (const char* query : queries) {
    const sql::Statement statement(query);
    auto read = world.real_database->read([&](sql::Executor& executor) -> Result<void> {
      auto rows = executor.query(statement, {}, [&](const sql::Row& row) -> Result<void> {
        all += std::string(row.text(0)) + "\n";
        return {};
      });
      if (!rows) return rows.error();
      return {};
    });
    REQUIRE(read);
    all += "--\n";
  }
  return all;
}

using Arm = void (*)(World&, int);
void fail_store(World& world, int n) { world.database->trace.fail_after(n); }
void fail_rng(World& world, int n) { world.rng.fail_after(n); }

/// One call with the n-th use of a port failing. True if it succeeded; if not, nothing may have changed and the next
/// call must succeed.
bool succeeds_with(const Operation& operation, Arm arm, int n) {
  Scene scene;
  const std::string before = state_of(scene.world);
  arm(scene.world, n);
  bool succeeded = operation.run(scene);
  arm(scene.world, -1);
  INFO(operation.name << ", use " << n);
  if (succeeded) {
    CHECK(state_of(scene.world) != before);
    return true;
  }
  CHECK(state_of(scene.world) == before);
  CHECK(operation.run(scene));
  return false;
}

}  // namespace

TEST_CASE("4.13 an operation whose n-th draw of randomness fails has done nothing") {
  for (const auto& operation : operations()) {
    int n = 0;
    while (n < 50 && !succeeds_with(operation, fail_rng, n)) ++n;
    CHECK(n < 50);
  }
}

TEST_CASE("C8 an operation whose n-th statement fails has done nothing") {
  for (const auto& operation : operations()) {
    int n = 0;
    while (n < 100 && !succeeds_with(operation, fail_store, n)) ++n;
    INFO(operation.name);
    CHECK(n > 0);
    CHECK(n < 100);
  }
}
