#include <fstream>

#include <sys/resource.h>

#include <watchword/password/password_policy.hpp>

#include "password/fixture.hpp"
#include "support/allocations.hpp"
#include "support/catch.hpp"

using namespace watchword;

namespace {

/// Fails every allocation of this thread after the first `count`.
class Shortage final {
 public:
  explicit Shortage(long count) { test::fail_allocations_after(count); }
  ~Shortage() { test::fail_allocations_after(-1); }
};

/// Runs `work` with ever more allocations until it succeeds; each failure must say what it is. Counts the failures.
template <class Work>
int failures_until_success(Work work) {
  for (int allowed = 0; allowed < 1000; ++allowed) {
    auto result = [&] {
      Shortage shortage(allowed);
      return work();
    }();
    if (result) return allowed;
    REQUIRE(result.error().kind() == Errc::unavailable);
    REQUIRE(result.error().code() == "out_of_memory");
  }
  return -1;
}

}  // namespace

TEST_CASE("4.29 hashing without memory fails and works afterwards") {
  test::CheapHasher cheap;
  const auto password = test::password("correct horse");
  CHECK(failures_until_success([&] { return cheap.hasher->hash(password); }) > 0);
  CHECK(cheap.verify("correct horse", cheap.hash("correct horse")) == PasswordMatch::match);
}

TEST_CASE("4.29 verifying without memory is no mismatch") {
  test::CheapHasher cheap;
  const auto password = test::password("U*U");
  const auto own = cheap.hash("U*U");
  const std::string stored =
      GENERATE_REF(as<std::string>{}, own, "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW");
  PasswordMatch match{};
  const auto verify = [&]() -> Result<void> {
    auto verified = cheap.hasher->verify(password, stored);
    if (!verified) return verified.error();
    match = *verified;
    return {};
  };
  CHECK(failures_until_success(verify) > 0);
  CHECK(match != PasswordMatch::mismatch);
}

TEST_CASE("4.29 the policy and the pool without memory") {
  auto policy = *PasswordPolicy::create();
  const auto password = test::password("correct horse");
  CHECK(failures_until_success([&] { return policy.check(password, {"ada@example.org"}); }) > 0);
  CHECK(failures_until_success([] { return HashPool::create({}); }) > 0);
  auto pool = test::small_pool();
  REQUIRE(pool->run([] {}));
  CHECK(failures_until_success([&] { return pool->run([] {}); }) >= 0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if !defined(__has_feature)
#define WATCHWORD_LIMIT_MEMORY
#elif !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#define WATCHWORD_LIMIT_MEMORY
#endif
#endif

#ifdef WATCHWORD_LIMIT_MEMORY
namespace {

std::size_t address_space() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * 4096;
}

}  // namespace

TEST_CASE("4.29 a hash whose memory the system refuses is unavailable and no mismatch") {
  HashPoolOptions options;
  options.hash_memory_kib = 65536;
  options.threads = 1;
  auto pool = *HashPool::create(options);
  test::SeededRng rng;
  auto hasher = *make_argon2_hasher({65536, 1, false}, *pool, rng);
  const auto password = test::password("correct horse");
  std::string stored = *hasher->hash(password);
  Result<PasswordMatch> limited = PasswordMatch::mismatch;
  REQUIRE(pool->run([] {}));
  rlimit usual{};
  REQUIRE(::getrlimit(RLIMIT_AS, &usual) == 0);
  rlimit tight = usual;
  tight.rlim_cur = address_space() + (16U << 20);
  REQUIRE(::setrlimit(RLIMIT_AS, &tight) == 0);
  auto ran = pool->run([&] { limited = hasher->verify(password, stored); });
  REQUIRE(::setrlimit(RLIMIT_AS, &usual) == 0);
  REQUIRE(ran);
  REQUIRE_FALSE(limited);
  CHECK(limited.error().code() == "out_of_memory");
  REQUIRE(pool->run([&] { limited = hasher->verify(password, stored); }));
  CHECK(*limited == PasswordMatch::match);
}
#endif
