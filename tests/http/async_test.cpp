#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

#include "http/faulty_database.hpp"
#include "http/house.hpp"

namespace watchword::test {
namespace {

using State = FaultyDatabase::State;

/// A request under way in the completion form.
class Pending final {
 public:
  Pending(House& house, http::Request request) : response_(shared_->promise.get_future()) {
    house.api->handle(std::move(request), http::RestApi::Completion([shared = shared_](http::Response response) {
                        shared->thread = std::this_thread::get_id();
                        if (++shared->calls == 1) shared->promise.set_value(std::move(response));
                      }));
  }
  bool is_answered() const { return shared_->calls > 0; }
  int calls() const { return shared_->calls; }
  http::Response response() { return response_.get(); }
  bool ran_here() const { return shared_->thread == std::this_thread::get_id(); }

 private:
  struct Shared {
    std::promise<http::Response> promise;
    std::atomic<int> calls{0};
    std::thread::id thread;
  };
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  std::future<http::Response> response_;
};

std::string login_body() { return R"({"username_or_email":"testuser","password":"securepassword123"})"; }

TEST_CASE("what needs neither hash nor waiting is answered at once") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  for (auto& request : {request_of("GET", "/healthz"), request_of("GET", "/openapi.json"), request_of("GET", "/none"),
                        request_of("GET", users("/me"), "", {bearer(token)}), request_of("GET", users("/me")),
                        request_of("OPTIONS", users("/me")), request_of("POST", users("/login"), "{"),
                        request_of("PATCH", users("/me"))}) {
    Pending pending(house, request);
    INFO(request.method << ' ' << request.target);
    REQUIRE(pending.is_answered());
    CHECK(pending.ran_here());
  }
}

TEST_CASE("what hashes or waits is answered on another thread") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  for (auto& request :
       {request_of("POST", users("/login"), login_body()), request_of("GET", "/sessions", "", {bearer(token)}),
        request_of("GET", "/readyz"), request_of("PUT", users("/me"), "{}", {bearer(token)})}) {
    Pending pending(house, request);
    INFO(request.method << ' ' << request.target);
    CHECK(pending.response().status == 200);
    CHECK_FALSE(pending.ran_here());
    CHECK(pending.calls() == 1);
  }
}

TEST_CASE("reads of a database that is not local never run on the caller's thread") {
  FaultyDatabase database;
  Setup setup;
  setup.database = &database;
  House house(std::move(setup));
  house.register_user("testuser");
  Pending pending(house, request_of("GET", users("/me"), "", {bearer(house.login("testuser").access)}));
  CHECK(pending.response().status == 200);
  CHECK_FALSE(pending.ran_here());
}

TEST_CASE("a dead database is 503 and healthz does not mind") {
  FaultyDatabase database;
  Setup setup;
  setup.database = &database;
  House house(std::move(setup));
  house.register_user("testuser");
  auto tokens = house.login("testuser");
  CHECK(house.get("/readyz").status == 200);
  database.set(State::failing);
  CHECK(house.get("/healthz").body == R"({"status":"ok"})");
  CHECK(house.get("/readyz").status == 503);
  auto refused = house.get(users("/me"), {bearer(tokens.access)});
  CHECK(refused.status == 503);
  CHECK(refused.body.find("fault") == std::string::npos);
  CHECK(house.post(users("/logout"), "", {bearer(tokens.access)}).status == 503);
  CHECK(house.post(users("/refresh"), R"({"refresh_token":")" + tokens.refresh + R"("})").status == 503);
  CHECK(house.post(users("/login"), login_body()).status == 503);
  database.set(State::working);
  CHECK(house.get(users("/me"), {bearer(tokens.access)}).status == 200);
}

TEST_CASE("a full executor sheds with 503 and a stuck database blocks nobody else") {
  FaultyDatabase database;
  Setup setup;
  setup.database = &database;
  setup.sql_threads = 1;
  setup.sql_queue = 1;
  House house(std::move(setup));
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  database.set(State::stuck);
  std::vector<std::unique_ptr<Pending>> waiting;
  int shed = 0;
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(std::make_unique<Pending>(house, request_of("GET", "/sessions", "", {bearer(token)})));
    if (!waiting.back()->is_answered()) continue;
    auto response = waiting.back()->response();
    CHECK(code_of(response) == "executor_full");
    CHECK(response.header("Retry-After") == "1");
    waiting.pop_back();
    ++shed;
  }
  CHECK(shed >= 3);
  CHECK(house.get("/healthz").status == 200);
  CHECK(house.get(users("/nowhere")).status == 404);
  database.set(State::working);
  for (auto& pending : waiting) CHECK(pending->response().status == 200);
}

TEST_CASE("destroying the API waits for what is under way") {
  FaultyDatabase database;
  Setup setup;
  setup.database = &database;
  House house(std::move(setup));
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  database.set(State::stuck);
  Pending pending(house, request_of("GET", "/sessions", "", {bearer(token)}));
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    database.set(State::working);
  });
  house.api.reset();
  CHECK(pending.calls() == 1);
  later.join();
}

TEST_CASE("a completion that throws is called once and harms nobody") {
  House house;
  int calls = 0;
  house.api->handle(request_of("GET", "/healthz"), http::RestApi::Completion([&](http::Response) {
                      ++calls;
                      throw std::runtime_error("the host's");
                    }));
  CHECK(calls == 1);
  CHECK(house.get("/healthz").status == 200);
}

/// What a thread of the smoke test does again and again; the first complaint ends it.
std::string converse(House& house, const std::string& name) {
  auto refresh_body = std::string(R"({"refresh_token":"wwr_AAAA"})");
  auto login =
      request_of("POST", users("/login"), R"({"username_or_email":")" + name + R"(","password":"securepassword123"})");
  for (int round = 0; round < 5; ++round) {
    Pending signing_in(house, login);
    auto signed_in = signing_in.response();
    auto token = text_of(signed_in, "access_token");
    for (const auto& [request, status] : {std::pair(request_of("GET", users("/me"), "", {bearer(token)}), 200),
                                          std::pair(request_of("GET", "/sessions", "", {bearer(token)}), 200),
                                          std::pair(request_of("POST", users("/refresh"), refresh_body), 401),
                                          std::pair(request_of("POST", users("/logout"), "", {bearer(token)}), 200),
                                          std::pair(request_of("GET", users("/me"), "", {bearer(token)}), 401)}) {
      Pending pending(house, request);
      auto response = pending.response();
      auto wrong = house.complaint(request, response);
      if (response.status != status) wrong = "status " + std::to_string(response.status);
      if (pending.calls() != 1) wrong = "completed more than once";
      if (!wrong.empty()) return request.method + ' ' + request.target + ": " + wrong;
    }
  }
  return "";
}

TEST_CASE("eight threads converse and each request is answered once") {
  House house;
  for (int i = 0; i < 8; ++i) house.register_user("user" + std::to_string(i));
  std::vector<std::string> complaints(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < complaints.size(); ++i) {
    threads.emplace_back([&, i] { complaints[i] = converse(house, "user" + std::to_string(i)); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& complaint : complaints) CHECK(complaint.empty());
}

/// Refuses every login, in whichever way it is told.
class Vetoes final : public Hooks {
 public:
  enum class Way { refuse, throw_exception, throw_number };
  Way way = Way::refuse;
  Result<void> before_login(const RequestContext&, const account::Account&) override {
    if (way == Way::throw_exception) throw std::runtime_error("the host's secret");
    if (way == Way::throw_number) throw 5;
    return Error(Errc::forbidden, "not_today", "Come back tomorrow.").with_reason("private");
  }
};

TEST_CASE("A5 whatever a hook does the request is answered") {
  Vetoes vetoes;
  Setup setup;
  setup.hooks = &vetoes;
  House house(std::move(setup));
  house.register_user("testuser");
  auto refused = house.post(users("/login"), login_body());
  CHECK(refused.status == 403);
  CHECK(code_of(refused) == "not_today");
  CHECK(refused.body.find("private") == std::string::npos);
  for (auto way : {Vetoes::Way::throw_exception, Vetoes::Way::throw_number}) {
    vetoes.way = way;
    auto failed = house.post(users("/login"), login_body());
    CHECK(failed.status == 500);
    CHECK(code_of(failed) == "hook_failed");
    CHECK(failed.body.find("secret") == std::string::npos);
  }
}

}  // namespace
}  // namespace watchword::test
