#include <functional>
#include <stdexcept>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

class Scripted final : public Hooks {
 public:
  Result<void> before_registration(const RequestContext&, const std::string&, const std::string&) override {
    return run(before_registering);
  }
  Result<void> in_registration(Transaction&, const account::Account&) override { return run(in_transaction); }
  void after_registration(const RequestContext&, const account::Account&) override { (void)run(after_registering); }
  Result<void> before_login(const RequestContext&, const account::Account&) override { return run(before_signing_in); }
  void after_login(const RequestContext&, const account::Account&) override { (void)run(after_signing_in); }

  using Step = std::function<Result<void>()>;
  Step before_registering;
  Step in_transaction;
  Step after_registering;
  Step before_signing_in;
  Step after_signing_in;

 private:
  static Result<void> run(Step& step) { return step ? step() : Result<void>(); }
};

Result<void> veto() { return Error(Errc::forbidden, "not_today", "Come back tomorrow."); }
Result<void> throw_error() { throw std::runtime_error("a hook's"); }
Result<void> throw_number() { throw 42; }
Result<void> throw_memory() { throw std::bad_alloc(); }

std::string code_of(const Result<account::Account>& result) { return result ? "" : std::string(result.error().code()); }

Result<account::Account> try_add(World& world, const std::string& name) {
  return world.auth().register_account(nowhere(), {name + "@example.com", name, password(kPassword)});
}

}  // namespace

TEST_CASE("a hook vetoes a registration before anything is hashed") {
  Scripted hooks;
  World world({":memory:", &hooks});
  hooks.before_registering = veto;
  CHECK(code_of(try_add(world, "mike")) == "not_today");
  CHECK(world.hasher->hashed == 0);
  hooks.before_registering = nullptr;
  CHECK(code_of(try_add(world, "mike")) == "");
}

TEST_CASE("4.30 what fails inside the transaction leaves no account") {
  Scripted hooks;
  World world({":memory:", &hooks});
  for (auto* step : {veto, throw_error, throw_number, throw_memory}) {
    hooks.in_transaction = step;
    CHECK(code_of(try_add(world, "mike")) == (step == veto ? "not_today" : "hook_failed"));
    CHECK(world.product->directory().list(UserId(), 10).value().empty());
  }
  hooks.in_transaction = nullptr;
  CHECK(code_of(try_add(world, "mike")) == "");
}

TEST_CASE("109 a login whose hook throws is refused") {
  Scripted hooks;
  World world({":memory:", &hooks});
  world.add("mike");
  for (auto* step : {throw_error, throw_number, throw_memory}) {
    hooks.before_signing_in = step;
    CHECK(world.try_login("mike").error().code() == "hook_failed");
  }
  hooks.before_signing_in = veto;
  CHECK(world.try_login("mike").error().code() == "not_today");
  CHECK(world.try_login("mike", "wrong-password").error().code() == "credentials_invalid");
  hooks.before_signing_in = nullptr;
  auto tokens = world.login("mike");
  CHECK(world.auth().sessions(world.principal(tokens)).value().size() == 1);
}

TEST_CASE("A5 what a hook throws after a commit changes nothing") {
  Scripted hooks;
  World world({":memory:", &hooks});
  hooks.after_registering = throw_error;
  hooks.after_signing_in = throw_number;
  world.add("mike");
  CHECK(world.refusal(world.login("mike")) == "");
  CHECK(world.log.has("hook_failed"));
}

TEST_CASE("4.30 a hook may call back outside a transaction and is refused inside") {
  Scripted hooks;
  World world({":memory:", &hooks});
  world.add("anna");
  std::string inside;
  hooks.in_transaction = [&]() -> Result<void> {
    inside = world.try_login("anna").error().code();
    return {};
  };
  bool nested = false;
  hooks.before_signing_in = [&]() -> Result<void> {
    if (std::exchange(nested, true)) return {};
    return world.try_login("anna") ? Result<void>() : veto();
  };
  CHECK(code_of(try_add(world, "mike")) == "");
  CHECK(inside == "hook_failed");
  CHECK(world.refusal(world.login("mike")) == "");
  CHECK(nested);
}
