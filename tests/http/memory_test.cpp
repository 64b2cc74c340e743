#include "http/house.hpp"
#include "support/allocations.hpp"

namespace watchword::test {
namespace {

struct Outcome {
  int calls = 0;
  http::Response response;
};

/// Answers a request on this thread while only so many of its allocations succeed.
Outcome answer_with(House& house, const http::Request& request, int allocations) {
  Outcome outcome;
  http::Request sent = request;
  http::RestApi::Completion done([&outcome](http::Response response) {
    ++outcome.calls;
    outcome.response = std::move(response);
  });
  fail_allocations_after(allocations);
  house.api->handle(std::move(sent), std::move(done));
  fail_allocations_after(-1);
  return outcome;
}

void run_out_of_memory_everywhere(House& house, const http::Request& request, int status) {
  for (int n = 0;; ++n) {
    REQUIRE(n < 1000);
    auto outcome = answer_with(house, request, n);
    INFO(request.method << ' ' << request.target << " after " << n << " allocations");
    REQUIRE(outcome.calls == 1);
    if (outcome.response.status == status && house.complaint(request, outcome.response).empty()) {
      CHECK(n > 0);
      return;
    }
    const int refused = outcome.response.status;
    CHECK((refused == 503 || refused == status));
    CHECK(outcome.response.body.find("access_token") == std::string::npos);
  }
}

TEST_CASE("4.29 a request that runs out of memory is answered once and never with success") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  run_out_of_memory_everywhere(house, request_of("GET", "/healthz"), 200);
  run_out_of_memory_everywhere(house, request_of("GET", users("/me"), "", {bearer(token)}), 200);
  run_out_of_memory_everywhere(house, request_of("GET", users("/me")), 401);
  run_out_of_memory_everywhere(house, request_of("GET", "/nowhere"), 404);
  run_out_of_memory_everywhere(house, request_of("PATCH", users("/me")), 405);
  run_out_of_memory_everywhere(house, request_of("OPTIONS", users("/me")), 204);
  run_out_of_memory_everywhere(house, request_of("POST", users("/login"), R"({"password":5})"), 400);
}

TEST_CASE("GET me takes few allocations") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  auto request = request_of("GET", users("/me"), "", {bearer(token), {"User-Agent", "x"}, {"Accept", "*/*"}});
  int n = 0;
  while (answer_with(house, request, n).response.status != 200) REQUIRE(++n < 1000);
  CHECK(n <= 30);
}

}  // namespace
}  // namespace watchword::test
