#include <thread>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

Result<void> change(World& world, const session::Principal& who, std::string_view current, std::string_view next) {
  return world.auth().change_password(nowhere(), who, {password(current), password(next)});
}

std::string refusal_of(const Result<void>& result) {
  return result ? "" : std::string(result.error().code()) + "/" + std::string(result.error().field());
}

}  // namespace

TEST_CASE("P6 a change of password ends every other session and keeps this one") {
  World world;
  world.add("mike");
  auto own = world.login("mike");
  auto other = world.login("mike");
  CHECK(change(world, world.principal(own), kPassword, kNewPassword));
  CHECK(world.refusal(own) == "");
  CHECK(world.refresh_refusal(own) == "");
  CHECK(world.refusal(other) == "token_revoked");
  CHECK(world.refresh_refusal(other) == "refresh_invalid");
  CHECK_FALSE(world.try_login("mike", kPassword));
  CHECK(world.try_login("mike", kNewPassword));
  CHECK(world.trail.recorded("password.changed"));
  CHECK(world.trail.noted("password.changed"));
}

TEST_CASE("P6 a change voids open codes and tells the owner") {
  World world;
  world.add("mike");
  auto code = world.reset_code("mike@example.com");
  CHECK(change(world, world.principal(world.login("mike")), kPassword, kNewPassword));
  CHECK(world.reset(code, "yet-another-passphrase").error().code() == "code_invalid");
  world.product->flush_mail().value();
  auto messages = world.mailbox.messages();
  REQUIRE(messages.size() == 2);
  CHECK(messages[1].to == "mike@example.com");
  CHECK(messages[1].subject == "Your password was changed");
}

TEST_CASE("P6 without the current password nothing changes") {
  World world;
  auto id = world.add("mike").id;
  auto own = world.login("mike");
  auto other = world.login("mike");
  auto who = world.principal(own);
  auto before = world.product->credentials().find(id).value()->password_hash;
  CHECK(refusal_of(change(world, who, "wrong-password", kNewPassword)) == "current_password_wrong/current_password");
  CHECK(refusal_of(change(world, who, "", kNewPassword)) == "current_password_wrong/current_password");
  CHECK(refusal_of(change(world, who, std::string(1025, 'a'), kNewPassword)) ==
        "current_password_wrong/current_password");
  CHECK(refusal_of(change(world, who, kPassword, "short")) == "password_too_short/new_password");
  CHECK(refusal_of(change(world, who, kPassword, "mike@example.com")) == "password_is_name/new_password");
  CHECK(world.product->credentials().find(id).value()->password_hash == before);
  CHECK(world.refusal(other) == "");
  CHECK(world.trail.noted("password.changed!current_password_wrong"));
}

TEST_CASE("4.21 of two changes that race one wins") {
  World world;
  world.add("mike");
  auto first = world.principal(world.login("mike"));
  auto second = world.principal(world.login("mike"));
  bool changed = false;
  world.hasher->after_verify = [&] {
    if (std::exchange(changed, true)) return;
    std::thread([&] { changed = change(world, second, kPassword, "the-winning-passphrase").has_value(); }).join();
  };
  auto lost = change(world, first, kPassword, "the-losing-passphrase");
  CHECK(changed);
  CHECK(refusal_of(lost) == "password_changed_meanwhile/");
  CHECK(lost.error().kind() == Errc::conflict);
  CHECK(world.try_login("mike", "the-winning-passphrase"));
  CHECK_FALSE(world.try_login("mike", "the-losing-passphrase"));
}

TEST_CASE("4.21 logins among changes of the password leave no session of an old one") {
  TempDir dir;
  World world({(dir / "race.db").string()});
  world.add("mike");
  auto own = world.login("mike");
  auto who = world.principal(own);
  std::atomic<bool> stop{false};
  std::vector<session::TokenPair> opened;
  std::thread guesser([&] {
    while (!stop) {
      auto outcome = world.try_login("mike", kPassword);
      if (outcome) opened.push_back(std::move(*outcome->tokens()));
    }
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(change(world, who, kPassword, kNewPassword));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  stop = true;
  guesser.join();
  CHECK_FALSE(opened.empty());
  for (const auto& tokens : opened) {
    CHECK(world.refusal(tokens) == "token_revoked");
    CHECK(world.refresh_refusal(tokens) == "refresh_invalid");
  }
  CHECK(world.auth().sessions(who).value().size() == 1);
}
