#include <future>
#include <thread>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

/// Waits for a completion, which must come once.
template <class T>
class Answer final {
 public:
  Function<void(Result<T>)> completion() {
    return [this](Result<T> result) { promise_.set_value(std::make_unique<Result<T>>(std::move(result))); };
  }
  Result<T> wait() { return std::move(*promise_.get_future().get()); }

 private:
  std::promise<std::unique_ptr<Result<T>>> promise_;
};

Result<account::Account> add_later(World& world, const std::string& name) {
  Answer<account::Account> answer;
  world.auth().register_account(nowhere(), {name + "@example.com", name, password(kPassword)}, answer.completion());
  return answer.wait();
}

Result<session::LoginOutcome> login_later(World& world, const std::string& name, std::string_view typed) {
  Answer<session::LoginOutcome> answer;
  world.auth().login(nowhere(), {name, password(typed)}, answer.completion());
  return answer.wait();
}

}  // namespace

TEST_CASE("the completion forms answer as the blocking ones") {
  World world;
  CHECK(add_later(world, "mike"));
  CHECK(add_later(world, "mike").error().code() == "email_taken");
  CHECK(login_later(world, "mike", "wrong-password").error().code() == "credentials_invalid");
  CHECK(login_later(world, "nobody", kPassword).error().code() == "credentials_invalid");
  auto tokens = std::move(*login_later(world, "mike", kPassword).value().tokens());
  auto who = world.principal(tokens);
  Answer<void> changed;
  world.auth().change_password(nowhere(), who, {password(kPassword), password(kNewPassword)}, changed.completion());
  CHECK(changed.wait());
  Answer<void> refused;
  world.auth().reset_password(nowhere(), {"no code", password(kNewPassword), std::nullopt}, refused.completion());
  CHECK(refused.wait().error().code() == "code_invalid");
  Answer<void> reset;
  world.auth().reset_password(nowhere(), {world.reset_code("mike@example.com"), password(kPassword), std::nullopt},
                              reset.completion());
  CHECK(reset.wait());
  CHECK(login_later(world, "mike", kPassword));
}

TEST_CASE("what cannot be queued is answered at once and not done") {
  Setup setup;
  setup.sql_queue = 1;
  World world(setup);
  std::promise<void> release;
  auto released = release.get_future().share();
  for (int thread = 0; thread < 2; ++thread) {
    std::promise<void> started;
    REQUIRE(world.product->executor().post([released, &started] {
      started.set_value();
      released.wait();
    }));
    started.get_future().wait();
  }
  REQUIRE(world.product->executor().post([] {}));
  auto refused = add_later(world, "mike");
  CHECK(refused.error().code() == "executor_full");
  CHECK(refused.error().kind() == Errc::overloaded);
  release.set_value();
  CHECK_FALSE(world.product->accounts().find(UserId(1)).value());
}

TEST_CASE("P13 a full hash pool sheds known and unknown names alike") {
  Setup setup;
  setup.hash_queue = 1;
  World world(setup);
  world.add("mike");
  std::promise<void> release;
  auto released = release.get_future().share();
  for (int thread = 0; thread < World::kHashThreads; ++thread) {
    std::promise<void> started;
    REQUIRE(world.product->hash_pool().submit([released, &started](Result<void>) {
      started.set_value();
      released.wait();
    }));
    started.get_future().wait();
  }
  REQUIRE(world.product->hash_pool().submit([](Result<void>) {}));
  CHECK(world.try_login("mike").error().code() == "overloaded");
  CHECK(world.try_login("nobody").error().code() == "overloaded");
  CHECK(login_later(world, "mike", kPassword).error().code() == "overloaded");
  release.set_value();
}

TEST_CASE("a service waits for what is at work before it goes") {
  std::atomic<int> answered{0};
  {
    World world;
    world.add("mike");
    for (int i = 0; i < 32; ++i) {
      world.auth().login(nowhere(), {"mike", password(kPassword)},
                         [&answered](Result<session::LoginOutcome>) { ++answered; });
    }
  }
  CHECK(answered == 32);
}
