#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <watchword/base/result.hpp>

#include "support/catch.hpp"

namespace {

using namespace watchword;

Error some_error() { return {Errc::conflict, "name_taken", "Choose another name."}; }

template <class F>
bool aborts(F&& f) {
  pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGABRT, SIG_DFL);
    ::close(STDERR_FILENO);
    f();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

struct Counted {
  explicit Counted(int& alive) : alive_(&alive) { ++*alive_; }
  Counted(const Counted& other) : alive_(other.alive_) { ++*alive_; }
  Counted(Counted&& other) noexcept : alive_(other.alive_) { ++*alive_; }
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*alive_; }
  int* alive_;
};

}  // namespace

static_assert(!std::is_default_constructible_v<Result<int>>);
static_assert(std::is_nothrow_move_constructible_v<Result<std::string>>);
static_assert(std::is_trivially_copyable_v<Error>);
static_assert(std::is_nothrow_copy_constructible_v<Error>);
static_assert(!std::is_convertible_v<Result<int>, bool>);
static_assert(!std::is_constructible_v<Literal, const char*>);
static_assert(!std::is_constructible_v<Literal, std::string>);

TEST_CASE("A result holds a value") {
  Result<std::string> result = std::string("value");
  REQUIRE(result);
  CHECK(result.has_value());
  CHECK(*result == "value");
  CHECK(result->size() == 5);
  CHECK(result.value_or("other") == "value");
}

TEST_CASE("A result holds an error") {
  Result<std::string> result = some_error();
  REQUIRE_FALSE(result);
  CHECK(result.error().code() == "name_taken");
  CHECK(result.error().kind() == Errc::conflict);
  CHECK(result.value_or("other") == "other");
}

TEST_CASE("A result passes on a value that can only be moved") {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  Result<std::unique_ptr<int>> moved = std::move(result);
  std::unique_ptr<int> taken = *std::move(moved);
  REQUIRE(taken);
  CHECK(*taken == 7);
}

TEST_CASE("A result copies and assigns in every combination of value and error") {
  const Result<std::string> value = std::string("a text that is too long to be stored inside the string");
  const Result<std::string> error = some_error();
  for (const auto* from : {&value, &error}) {
    for (const auto* to : {&value, &error}) {
      Result<std::string> copy(*to);
      copy = *from;
      REQUIRE(copy.has_value() == from->has_value());
      if (copy) CHECK(*copy == **from);
      if (!copy) CHECK(copy.error().code() == from->error().code());
    }
  }
}

TEST_CASE("A result destroys what it holds exactly once") {
  int alive = 0;
  {
    Result<Counted> first = Counted(alive);
    Result<Counted> second = first;
    Result<Counted> third = std::move(first);
    CHECK(alive == 3);
    second = some_error();
    CHECK(alive == 2);
    second = third;
    CHECK(alive == 3);
    Result<Counted>& same = second;
    second = same;
    CHECK(alive == 3);
  }
  CHECK(alive == 0);
}

TEST_CASE("Reading the value of an error aborts") {
  Result<int> error = some_error();
  Result<void> nothing = some_error();
  CHECK(aborts([&] { (void)error.value(); }));
  CHECK(aborts([&] { (void)*error; }));
  CHECK(aborts([&] { (void)error.operator->(); }));
  CHECK(aborts([&] { nothing.value(); }));
}

TEST_CASE("Reading the error of a value aborts") {
  Result<int> value = 1;
  Result<void> done;
  CHECK(aborts([&] { (void)value.error(); }));
  CHECK(aborts([&] { (void)done.error(); }));
  CHECK_FALSE(aborts([&] { (void)value.value(); }));
}

TEST_CASE("A result of void is success or an error") {
  Result<void> done;
  CHECK(done);
  CHECK(done.has_value());
  Result<void> failed = some_error();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code() == "name_taken");
  failed = done;
  CHECK(failed);
}
