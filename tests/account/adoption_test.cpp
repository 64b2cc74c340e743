#include <algorithm>

#include "account/other_system.hpp"
#include "flows/tracing_database.hpp"

using namespace watchword;
using namespace watchword::contract;
using watchword::test::SharedDatabase;

namespace {

/// Keeps what it is told.
class HeirBook final : public account::Succession {
 public:
  Result<void> end_former(Transaction&, UserId user, std::int64_t epoch) noexcept override {
    if (failing) return Error(Errc::unavailable, "store_unavailable", "The test's succession fails.");
    told.emplace_back(user, epoch);
    return {};
  }
  std::vector<std::pair<UserId, std::int64_t>> told;
  bool failing = false;
};

}  // namespace

TEST_CASE("adoption: 4.23 a row that the other system adds is found in any case") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  CHECK(login(ours, "mike") == 0);
  const std::int64_t mike = shared.other().add("Mike@example.com", "Mike");
  CHECK(login(ours, "MIKE@EXAMPLE.com") == mike);
  CHECK(login(ours, "mike") == mike);
  CHECK(mailbox(ours, "miKE@example.com") == mike);
  auto credential = ours.credentials().find(UserId(mike));
  REQUIRE(credential);
  CHECK((*credential)->password_hash == "$2b$12$x");
}

TEST_CASE("adoption: rows are usable by id before anybody has looked for their names") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  const UserId mike(shared.other().add("mike@example.com", "mike"));
  CHECK((*ours.accounts().find(mike))->username == "mike");
  CHECK((*ours.credentials().find(mike))->password_hash == "$2b$12$x");
  const UserId nick(shared.other().add("nick@example.com", "nick"));
  CHECK(standing_of(ours, nick)->is_active);
  const UserId olga(shared.other().add("olga@example.com", "olga"));
  CHECK(advance_epoch(ours, olga, kNow + Lifetime::days(90)) == (kNow + Lifetime::days(90)).milliseconds());
  const UserId paul(shared.other().add("paul@example.com", "paul"));
  CHECK(set_active(ours, paul, false));
}

TEST_CASE("adoption: many new rows do not hide the one that is looked for") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  shared.other().run(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO users (id, email, "
      "username, hashed_password, is_active) SELECT i, 'user' || i || '@example.com', 'name' || i, 'x', 1 FROM n");
  CHECK(login(ours, "name3000") == 3000);
  CHECK(added(ours, "ada@example.com", "ada").id == UserId(3001));
  CHECK(taken_in(insert_account(ours, new_account("new@example.com", "NAME2500"))) == "username");
  CHECK(login(ours, "NAME2999") == 2999);
}

TEST_CASE("adoption: 4.19 a name that the other system took is taken in any case") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  shared.other().add("Mike@example.com", "Mike");
  CHECK(taken_in(insert_account(ours, new_account("mike@example.com", "other"))) == "email");
  CHECK(taken_in(insert_account(ours, new_account("other@example.com", "mike"))) == "username");
  const UserId ada = added(ours, "ada@example.com", "ada").id;
  shared.other().add("Nick@example.com", "Nick");
  CHECK(taken_in(rename(ours, ada, email_change("nick@example.com"))) == "email");
  CHECK(taken_in(rename(ours, ada, username_change("nick"))) == "username");
}

TEST_CASE("adoption: a user whom the other system renames keeps the account") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  const UserId ada = added(ours, "ada@example.com", "ada").id;
  const std::int64_t epoch = standing_of(ours, ada)->epoch;
  shared.other().run("UPDATE users SET email = 'Lovelace@example.com' WHERE id = $1", {ada.value()});
  CHECK(login(ours, "ada@example.com") == 0);
  CHECK(login(ours, "lovelace@example.com") == ada.value());
  CHECK(login(ours, "ADA") == ada.value());
  CHECK(standing_of(ours, ada)->epoch == epoch);
  CHECK(added(ours, "ada@example.com", "ada2").id != ada);
}

TEST_CASE("adoption: two users who exchange their names both keep their accounts") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  const UserId ada = added(ours, "ada@example.com", "ada").id;
  const UserId bob = added(ours, "bob@example.com", "bob").id;
  shared.other().run("UPDATE users SET username = 'aside' WHERE id = $1", {ada.value()});
  shared.other().run("UPDATE users SET username = 'Ada' WHERE id = $1", {bob.value()});
  shared.other().run("UPDATE users SET username = 'Bob' WHERE id = $1", {ada.value()});
  CHECK(login(ours, "ADA") == bob.value());
  CHECK(login(ours, "BOB") == ada.value());
  CHECK(login(ours, "ada@example.com") == ada.value());
}

TEST_CASE("adoption: a user whom the other system deletes leaves the names and not the id") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  const UserId ada = added(ours, "ada@example.com", "ada").id;
  shared.other().run("DELETE FROM users WHERE id = $1", {ada.value()});
  CHECK(login(ours, "ada") == 0);
  CHECK_FALSE(*ours.accounts().find(ada));
  CHECK_FALSE(*ours.credentials().find(ada));
  CHECK_FALSE(standing_of(ours, ada));
  CHECK_FALSE(advance_epoch(ours, ada, kNow));
  CHECK_FALSE(set_active(ours, ada, true));
  CHECK(added(ours, "ADA@example.com", "ADA").id != ada);
  CHECK(login(ours, "ada") > ada.value());
}

TEST_CASE("adoption: S5 the id of a user of the other system is not given away again") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  const std::int64_t mike = shared.other().add("mike@example.com", "mike");
  REQUIRE(login(ours, "mike") == mike);
  shared.other().run("DELETE FROM users");
  CHECK(added(ours, "mike@example.com", "mike").id.value() == mike + 1);
}

TEST_CASE("adoption: S5 whoever gets a deleted user's id has a higher epoch") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  const UserId ada = added(ours, "ada@example.com", "ada").id;
  const auto epoch = advance_epoch(ours, ada, kNow + Lifetime::days(400));
  REQUIRE(epoch);
  shared.other().run("DELETE FROM users WHERE id = $1", {ada.value()});
  const bool looked_meanwhile = GENERATE(false, true);
  if (looked_meanwhile) CHECK(login(ours, "ada") == 0);
  const bool same_names = GENERATE(false, true);
  REQUIRE(shared.other().add(same_names ? "ada@example.com" : "eve@example.com", same_names ? "ada" : "eve") ==
          ada.value());
  CHECK_FALSE(*ours.accounts().find(ada));
  const int path = GENERATE(0, 1, 2);
  if (path == 0) CHECK(login(ours, same_names ? "ADA" : "eve") == ada.value());
  if (path == 1) CHECK((*ours.credentials().find(ada))->epoch > *epoch);
  CHECK(standing_of(ours, ada)->epoch > *epoch);
  CHECK((*ours.accounts().find(ada))->id == ada);
}

TEST_CASE("adoption: S5 whoever had a deleted user's id is told of once it has passed on") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  HeirBook book;
  auto accounts = account::make_sql_account_store(ours.database(), {}, &book);
  auto credentials = account::make_sql_credential_store(ours.database(), {}, &book);
  const UserId ada = added(ours, "ada@example.com", "ada").id;
  const std::int64_t epoch = standing_of(ours, ada)->epoch;
  const auto look = [&](const char* name) { return accounts->find_by_login(LoginName::parse(name).value()).value(); };
  CHECK(look("ada"));
  CHECK(book.told.empty());
  shared.other().run("DELETE FROM users WHERE id = $1", {ada.value()});
  const bool looked_meanwhile = GENERATE(true, false);
  if (looked_meanwhile) {
    CHECK_FALSE(look("ada"));
    REQUIRE(book.told.size() == 1);
    CHECK(book.told[0].first == ada);
    CHECK(book.told[0].second > epoch);
    CHECK_FALSE(look("ada"));
    CHECK(book.told.size() == 1);
  }
  REQUIRE(shared.other().add("eve@example.com", "eve") == ada.value());
  if (GENERATE(true, false)) CHECK(look("eve")->epoch > epoch);
  CHECK((*credentials->find(ada))->epoch > epoch);
  REQUIRE(book.told.size() == (looked_meanwhile ? 2 : 1));
  CHECK(book.told.back() == std::make_pair(ada, standing_of(ours, ada)->epoch));
}

TEST_CASE("adoption: S5 an id does not pass on where what its owner had cannot be ended") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  HeirBook book;
  auto accounts = account::make_sql_account_store(ours.database(), {}, &book);
  const UserId ada = added(ours, "ada@example.com", "ada").id;
  shared.other().run("DELETE FROM users WHERE id = $1", {ada.value()});
  REQUIRE(shared.other().add("eve@example.com", "eve") == ada.value());
  book.failing = true;
  auto found = accounts->find_by_login(LoginName::parse("eve").value());
  REQUIRE_FALSE(found);
  CHECK(found.error().code() == "store_unavailable");
  CHECK_FALSE(*ours.accounts().find(ada));
}

TEST_CASE("adoption: what a bulk import has left is taken up in bounded transactions before an insert") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  test::TracingDatabase traced(ours.database());
  auto accounts = account::make_sql_account_store(traced, {});
  shared.other().run(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO users (id, email, "
      "username, hashed_password, is_active) SELECT i, 'user' || i || '@example.com', 'name' || i, 'x', 1 FROM n");
  CHECK_FALSE(*accounts->find_by_email(EmailAddress::parse("new@example.com").value()));
  CHECK(shared.other().integer("SELECT adopted_id FROM watchword_user_ids") == 3000);
  const auto texts = traced.trace.take();
  // Each of the transactions locks the ids once.
  CHECK(std::count_if(texts.begin(), texts.end(), [](const std::string& text) {
          return text.find("SET last_id = last_id") != std::string::npos;
        }) == 3);
  auto inserted = commit(
      traced, [&](Transaction& t) { return accounts->insert(t, new_account("new@example.com", "NAME2999"), kNow); });
  CHECK(taken_in(inserted) == "username");
  CHECK(traced.trace.take().size() < 20);
  shared.other().add("late@example.com", "late");
  inserted =
      commit(traced, [&](Transaction& t) { return accounts->insert(t, new_account("n@example.com", "LATE"), kNow); });
  CHECK(taken_in(inserted) == "username");
}

TEST_CASE("adoption: a row whose names collide with an account's is left out") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  const UserId ada = added(ours, "ada@example.com", "ada").id;
  const UserId late(shared.other().add("ADA@example.com", "late"));
  CHECK(login(ours, "ADA@example.com") == ada.value());
  CHECK(login(ours, "late") == 0);
  CHECK(login(ours, "ada@example.com") == ada.value());
  CHECK(standing_of(ours, late)->is_active);
  CHECK(taken_in(insert_account(ours, new_account("new@example.com", "late"))) == "username");
  CHECK(added(ours, "new@example.com", "latest").id != late);
}

TEST_CASE("adoption: a row that was left out is found once its names are free") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  const UserId ada = added(ours, "ada@example.com", "ada").id;
  const std::int64_t late = shared.other().add("ADA@example.com", "late");
  REQUIRE(login(ours, "late") == 0);
  SECTION("since the holder went") { shared.other().run("DELETE FROM users WHERE id = $1", {ada.value()}); }
  SECTION("since the holder was renamed by us") { REQUIRE(rename(ours, ada, email_change("a@example.com")).account); }
  SECTION("since the holder was renamed by the other system") {
    shared.other().run("UPDATE users SET email = 'a@example.com' WHERE id = $1", {ada.value()});
  }
  SECTION("since it was renamed itself") {
    shared.other().run("UPDATE users SET email = 'late@example.com' WHERE id = $1", {late});
  }
  CHECK(login(ours, "late") == late);
}

TEST_CASE("adoption: 4.19 both systems registering the same names at once leave each to one account") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  constexpr int kNames = 6;
  auto answers = race(
      [&](int racer) -> Result<int> {
        int mine = 0;
        for (int n = 0; n < kNames; ++n) {
          const std::string name = (racer % 2 == 0 ? "name" : "NAME") + std::to_string(n);
          if (racer == 0) {
            test::OtherSystem other(shared.path());
            mine += other.add(name + "@example.com", name) > 0 ? 1 : 0;
            continue;
          }
          auto inserted = attempt(ours.runner(), [&](Transaction& t) {
            return ours.accounts().insert(t, new_account(name + "@example.com", name), kNow);
          });
          if (!inserted) return inserted.error();
          mine += inserted->account ? 1 : 0;
        }
        return mine;
      },
      4);
  for (int n = 0; n < kNames; ++n) CHECK(login(ours, "Name" + std::to_string(n)) > 0);
  int added_in_all = 0;
  for (const auto& answer : answers) added_in_all += *answer;
  CHECK(added_in_all >= kNames);
  CHECK(shared.other().integer("SELECT COUNT(*) FROM users") == added_in_all);
  CHECK(shared.other().integer("SELECT COUNT(email_key) FROM watchword_accounts") == kNames);
}

TEST_CASE("adoption: the other system may write while we look") {
  SharedDatabase shared;
  auto& ours = shared.ours();
  auto answers = race(
      [&](int racer) -> Result<bool> {
        test::OtherSystem other(shared.path());
        for (int n = 0; n < 8; ++n) {
          const std::string name = "user" + std::to_string(racer) + "-" + std::to_string(n);
          const std::int64_t id = other.add(name + "@example.com", name);
          auto found = ours.accounts().find_by_login(LoginName::parse("USER" + name.substr(4)).value());
          if (!found) return found.error();
          if (id < 1 || !*found || (*found)->id.value() != id) return false;
        }
        return true;
      },
      4);
  CHECK(count_of(answers, [](bool right) { return right; }) == 4);
}
