// What a shared database costs beside libpq alone, and how soon a revocation is in force in another process.
// DATABASE_URL names an empty PostgreSQL database; what is made there stays.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <libpq-fe.h>

#include <watchword/session/session_service.hpp>
#include <watchword/storage/postgres.hpp>
#include <watchword/watchword.hpp>

#include "support/temp_dir.hpp"

namespace {

using namespace watchword;

constexpr int kMostThreads = 8;
constexpr int kTrials = 1000;
constexpr std::string_view kPassword = "securepassword123";

void require(bool condition) {
  if (!condition) std::abort();
}

std::string postgres_url() {
  const char* url = std::getenv("DATABASE_URL");
  require(url != nullptr);
  return url;
}

std::unique_ptr<Watchword> open_product(const std::string& url) {
  Options options;
  options.database_url = url;
  options.postgres = &postgres::driver();
  options.secret_key = *Secret::copy_of(std::string_view("a benchmark's key of more than 32 bytes"));
  options.hashing = Argon2Policy{8, 1, true};
  options.sessions.rotations_per_hour = 3600;
  auto opened = open(std::move(options));
  require(opened.has_value());
  return *std::move(opened);
}

/// One product over PostgreSQL, with an account for each thread.
Watchword& product() {
  static std::unique_ptr<Watchword> opened = [] {
    auto made = open_product(postgres_url());
    for (int n = 0; n < kMostThreads; ++n) {
      const std::string name = "user" + std::to_string(n);
      static_cast<void>(
          made->auth().register_account({}, {name + "@example.com", name, *Password::copy_of(kPassword)}));
    }
    return made;
  }();
  return *opened;
}

session::TokenPair log_in(Watchword& at, int n) {
  auto outcome = at.auth().login({}, {"user" + std::to_string(n), *Password::copy_of(kPassword)});
  require(outcome.has_value());
  return std::move(*outcome->tokens());
}

class Bare final {
 public:
  Bare() : handle_(::PQconnectdb(postgres_url().c_str())) {
    require(::PQstatus(handle_) == CONNECTION_OK);
    ::PQclear(::PQprepare(handle_, "find", "SELECT id, email, username, is_active, created_at FROM users WHERE id = $1",
                          0, nullptr));
    ::PQclear(::PQexec(handle_, "CREATE TABLE IF NOT EXISTS bench_rows (id BIGSERIAL PRIMARY KEY, n BIGINT)"));
    ::PQclear(::PQprepare(handle_, "add", "INSERT INTO bench_rows (n) VALUES (1)", 0, nullptr));
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;
  ~Bare() { ::PQfinish(handle_); }
  void find() {
    const char* id = "1";
    run("find", 1, &id);
  }
  void add() { run("add", 0, nullptr); }

 private:
  void run(const char* name, int count, const char* const* values) {
    PGresult* result = ::PQexecPrepared(handle_, name, count, values, nullptr, nullptr, 0);
    require(::PQresultStatus(result) == PGRES_TUPLES_OK || ::PQresultStatus(result) == PGRES_COMMAND_OK);
    ::PQclear(result);
  }
  PGconn* handle_;
};

void bare_select(benchmark::State& state) {
  product();
  Bare bare;
  for (auto _ : state) bare.find();
}

void find_account(benchmark::State& state) {
  auto& accounts = product().accounts();
  for (auto _ : state) require(accounts.find(UserId(1)).value().has_value());
}

void bare_commit(benchmark::State& state) {
  Bare bare;
  for (auto _ : state) bare.add();
}

void refresh(benchmark::State& state) {
  auto tokens = log_in(product(), state.thread_index());
  int left = 3000;
  for (auto _ : state) {
    auto fresh = product().auth().refresh({}, tokens.refresh.reveal());
    require(fresh.has_value());
    tokens = *std::move(fresh);
    if (--left > 0) continue;
    state.PauseTiming();
    tokens = log_in(product(), state.thread_index());
    left = 3000;
    state.ResumeTiming();
  }
}

/// Two products as two processes have them: from the logout's answer in one to its effect in the other.
void revocation_lag(benchmark::State& state, const std::string& url) {
  auto here = open_product(url), there = open_product(url);
  static_cast<void>(here->auth().register_account({}, {"user0@example.com", "user0", *Password::copy_of(kPassword)}));
  std::vector<double> lags;
  for (auto _ : state) {
    auto tokens = log_in(*here, 0);
    require(there->guard().check(tokens.access.value).has_value());
    require(here->sessions().end({}, tokens.user, tokens.session).has_value());
    const auto answered = std::chrono::steady_clock::now();
    while (there->guard().check(tokens.access.value)) std::this_thread::sleep_for(std::chrono::microseconds(200));
    const std::chrono::duration<double> lag = std::chrono::steady_clock::now() - answered;
    state.SetIterationTime(lag.count());
    lags.push_back(lag.count() * 1000);
  }
  std::sort(lags.begin(), lags.end());
  state.counters["median_ms"] = lags[lags.size() / 2];
  state.counters["most_ms"] = lags.back();
}

void lag_by_notify(benchmark::State& state) { revocation_lag(state, postgres_url()); }

void lag_by_data_version(benchmark::State& state) {
  test::TempDir folder;
  revocation_lag(state, "sqlite:///" + (folder / "bench.db").string());
}

BENCHMARK(bare_select)->MeasureProcessCPUTime();
BENCHMARK(find_account)->MeasureProcessCPUTime();
BENCHMARK(bare_commit)->Threads(1)->Threads(kMostThreads)->UseRealTime();
BENCHMARK(refresh)->Threads(1)->Threads(kMostThreads)->UseRealTime();
BENCHMARK(lag_by_notify)->Iterations(kTrials)->UseManualTime();
BENCHMARK(lag_by_data_version)->Iterations(kTrials)->UseManualTime();

}  // namespace
