#include <array>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <watchword/password/argon2_hasher.hpp>

#include "crypto/password_hash.hpp"

namespace {

using namespace watchword;

const std::string kBcrypt12 = "$2b$12$abcdefghijklmnopqrstuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu";

Password typed(std::string_view text) { return *Password::copy_of(text); }

/// A hasher at the default policy, and a hash to verify against.
struct Bench final {
  std::unique_ptr<HashPool> pool = *HashPool::create({});
  std::unique_ptr<PasswordHasher> hasher = *make_argon2_hasher({}, *pool, system_rng());
  std::string stored = *hasher->hash(typed("correct horse"));
};

Bench& bench() {
  static Bench shared;
  return shared;
}

// The function alone, in memory fresh from the system, as a server without arenas would call it.
void raw_argon2id_fresh_memory(benchmark::State& state) {
  const std::string_view password = "correct horse";
  const std::string_view salt = "0123456789abcdef";
  std::array<std::uint8_t, 32> tag{};
  for (auto _ : state) {
    ::malloc_trim(0);
    if (!crypto::argon2id({19456, 2, 1}, password, salt, {}, tag.data(), tag.size())) state.SkipWithError("argon2id");
    benchmark::DoNotOptimize(tag);
  }
  state.SetItemsProcessed(state.iterations());
}

void verify_on_the_pool(benchmark::State& state, std::string_view text, std::string_view stored) {
  auto& shared = bench();
  const auto password = typed(text);
  for (auto _ : state) {
    auto ran = shared.pool->run([&] { benchmark::DoNotOptimize(shared.hasher->verify(password, stored)); });
    if (!ran) state.SkipWithError("overloaded");
  }
  state.SetItemsProcessed(state.iterations());
}

void pool_right_password(benchmark::State& state) { verify_on_the_pool(state, "correct horse", bench().stored); }
// The classes of equal answers: their times must not differ by more than the noise.
void pool_wrong_password(benchmark::State& state) { verify_on_the_pool(state, "wrong horse", bench().stored); }
void pool_unknown_user(benchmark::State& state) { verify_on_the_pool(state, "wrong horse", "!"); }
void pool_imported_bcrypt(benchmark::State& state) { verify_on_the_pool(state, "wrong horse", kBcrypt12); }

BENCHMARK(raw_argon2id_fresh_memory)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(pool_right_password)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(pool_right_password)->Unit(benchmark::kMillisecond)->UseRealTime()->Threads(8);
BENCHMARK(pool_wrong_password)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(pool_unknown_user)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(pool_imported_bcrypt)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
