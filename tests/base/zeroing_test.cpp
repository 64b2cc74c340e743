#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include <watchword/base/secret.hpp>

#include "support/catch.hpp"

namespace {

// Watches one block of memory: what did it hold when it was given back?
std::atomic<void*> watched{nullptr};
std::atomic<bool> was_zero{false};
std::atomic<std::size_t> watched_size{0};

void give_back(void* block) noexcept {
  if (block != nullptr && block == watched.load()) {
    const auto* bytes = static_cast<const volatile unsigned char*>(block);
    bool zero = true;
    for (std::size_t i = 0; i < watched_size; ++i) zero = zero && bytes[i] == 0;
    was_zero = zero;
    watched = nullptr;
  }
  std::free(block);
}

void watch(const watchword::Secret& secret) {
  was_zero = false;
  watched_size = secret.size();
  watched = const_cast<std::uint8_t*>(secret.reveal().data());
}

bool seen_zeroed() { return watched.load() == nullptr && was_zero.load(); }

watchword::Secret make_secret() {
  auto secret = watchword::Secret::copy_of(std::string_view("0123456789abcdef0123456789abcdef"));
  REQUIRE(secret);
  return *std::move(secret);
}

}  // namespace

void* operator new(std::size_t size) {
  if (void* block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void operator delete(void* block) noexcept { give_back(block); }
void operator delete[](void* block) noexcept { give_back(block); }
void operator delete(void* block, std::size_t) noexcept { give_back(block); }
void operator delete[](void* block, std::size_t) noexcept { give_back(block); }

TEST_CASE("The watch sees memory that is given back unzeroed") {
  auto* block = new std::uint8_t[32];
  std::memset(block, 'x', 32);
  watched_size = 32;
  watched = block;
  delete[] block;
  CHECK(watched.load() == nullptr);
  CHECK_FALSE(was_zero);
}

TEST_CASE("A secret's memory is zero when it is given back") {
  {
    auto secret = make_secret();
    watch(secret);
  }
  CHECK(seen_zeroed());
}

TEST_CASE("A secret's memory is zero when another takes its place") {
  auto secret = make_secret();
  watch(secret);
  secret = make_secret();
  CHECK(seen_zeroed());
}

TEST_CASE("A moved secret's memory is zero when its last holder goes") {
  auto secret = make_secret();
  watch(secret);
  {
    watchword::Secret holder = std::move(secret);
    CHECK_FALSE(seen_zeroed());
  }
  CHECK(seen_zeroed());
}

TEST_CASE("A password's memory is zero when it is given back") {
  {
    auto password = watchword::Password::copy_of("correct horse battery staple");
    REQUIRE(password);
    was_zero = false;
    watched_size = password->size();
    watched = const_cast<char*>(password->reveal().data());
  }
  CHECK(seen_zeroed());
}
