#pragma once

#include <time.h>

#include <watchword/password/argon2_hasher.hpp>

#include "support/seeded_rng.hpp"

namespace watchword::test {

inline Password password(std::string_view typed) { return *Password::copy_of(typed); }

inline std::unique_ptr<HashPool> small_pool(HashPoolOptions options = {}) {
  if (options.hash_memory_kib == HashPoolOptions{}.hash_memory_kib) options.hash_memory_kib = 4096;
  return *HashPool::create(options);
}

/// A hasher that is too cheap for anything but tests.
struct CheapHasher final {
  explicit CheapHasher(Argon2Policy policy = {8, 1, true}, std::unique_ptr<Pepper> pepper = nullptr)
      : pool(small_pool()), hasher(*make_argon2_hasher(policy, *pool, rng, std::move(pepper))) {}
  std::string hash(std::string_view typed) { return *hasher->hash(password(typed)); }
  PasswordMatch verify(std::string_view typed, std::string_view stored) {
    return *hasher->verify(password(typed), stored);
  }

  SeededRng rng;
  std::unique_ptr<HashPool> pool;
  std::unique_ptr<PasswordHasher> hasher;
};

/// Processor time of this thread that `work` takes in microseconds, the least of five.
template <class Work>
double least_cpu_us(Work work) {
  double least = 1e18;
  for (int i = 0; i < 5; ++i) {
    timespec start{};
    timespec end{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
    work();
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    double us =
        static_cast<double>(end.tv_sec - start.tv_sec) * 1e6 + static_cast<double>(end.tv_nsec - start.tv_nsec) / 1e3;
    if (us < least) least = us;
  }
  return least;
}

}  // namespace watchword::test
