#include <memory>
#include <string>
#include <type_traits>

#include <watchword/base/function.hpp>

#include "support/catch.hpp"

namespace {

using namespace watchword;

int call_twice(FunctionRef<int(int)> f) { return f(1) + f(2); }

}  // namespace

static_assert(!std::is_copy_constructible_v<Function<void()>>);
static_assert(std::is_nothrow_move_constructible_v<Function<void()>>);

TEST_CASE("A function owns a callable that can only be moved") {
  auto number = std::make_unique<int>(5);
  Function<int(int)> add = [number = std::move(number)](int n) { return *number + n; };
  Function<int(int)> moved = std::move(add);
  CHECK(moved(2) == 7);
}

TEST_CASE("An empty function is false") {
  Function<void()> none;
  Function<void()> null = nullptr;
  Function<void()> some = [] {};
  CHECK_FALSE(none);
  CHECK_FALSE(null);
  CHECK(some);
  some = nullptr;
  CHECK_FALSE(some);
}

TEST_CASE("A function passes arguments on without copying them") {
  Function<std::unique_ptr<int>(std::unique_ptr<int>)> pass = [](std::unique_ptr<int> p) { return p; };
  CHECK(*pass(std::make_unique<int>(3)) == 3);
  std::string text = "abc";
  Function<void(std::string&)> append = [](std::string& to) { to += "d"; };
  append(text);
  CHECK(text == "abcd");
}

TEST_CASE("A function destroys its callable once") {
  auto alive = std::make_shared<int>(0);
  {
    Function<void()> hold = [alive] {};
    CHECK(alive.use_count() == 2);
    Function<void()> moved = std::move(hold);
    CHECK(alive.use_count() == 2);
  }
  CHECK(alive.use_count() == 1);
}

TEST_CASE("A function keeps state between calls") {
  Function<int()> next = [n = 0]() mutable { return ++n; };
  CHECK(next() == 1);
  CHECK(next() == 2);
}

TEST_CASE("A reference to a function calls the very object") {
  int calls = 0;
  auto count = [&calls](int n) {
    ++calls;
    return 10 * n;
  };
  CHECK(call_twice(count) == 30);
  CHECK(calls == 2);
  CHECK(call_twice([](int n) { return n; }) == 3);
}
