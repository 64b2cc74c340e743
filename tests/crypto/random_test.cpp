
#include <algorithm>
#include <set>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <watchword/base/id.hpp>

#include "crypto/random_block.hpp"
#include "crypto/vector_file.hpp"
#include "support/catch.hpp"
#include "support/seeded_rng.hpp"

using namespace watchword;

namespace {

using Draw = std::array<std::uint8_t, 32>;

/// A source that counts its calls and can be broken in the ways that security.md 4.13 names.
struct Source {
  test::SeededRng rng{7};
  int calls = 0;
  enum { good, failing, constant, periodic, same_block } kind = good;

  bool operator()(std::uint8_t* out, std::size_t size) {
    ++calls;
    if (kind == failing) return false;
    if (kind == same_block) rng.~SeededRng(), new (&rng) test::SeededRng{7};
    (void)rng.fill(out, size);
    for (std::size_t i = 0; i < size; ++i) {
      if (kind == constant) out[i] = 0;
      if (kind == periodic && i >= 32) out[i] = out[i - 32];
    }
    return true;
  }
};

Draw draw(Rng& rng) {
  Draw bytes{};
  REQUIRE(rng.fill(bytes.data(), bytes.size()));
  return bytes;
}

}  // namespace

TEST_CASE("The system generator gives different bytes at each draw and on each thread") {
  std::set<Draw> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(draw(system_rng()));
  std::array<Draw, 8> others{};
  std::vector<std::thread> threads;
  for (auto& other : others) threads.emplace_back([&] { (void)system_rng().fill(other.data(), other.size()); });
  for (auto& thread : threads) thread.join();
  seen.insert(others.begin(), others.end());
  CHECK(seen.size() == 1008);
}

TEST_CASE("4.12 a forked child draws other bytes than its parent and its siblings") {
  (void)draw(system_rng());  // so that the children inherit a block that is not used up
  std::set<Draw> seen;
  for (int i = 0; i < 20; ++i) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    ::pid_t child = ::fork();
    if (child == 0) {
      Draw bytes{};
      bool filled = system_rng().fill(bytes.data(), bytes.size()).has_value();
      ::_exit(filled && ::write(ends[1], bytes.data(), bytes.size()) == 32 ? 0 : 1);
    }
    Draw bytes{};
    CHECK(::read(ends[0], bytes.data(), bytes.size()) == 32);
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    ::close(ends[0]);
    ::close(ends[1]);
    seen.insert(bytes);
    seen.insert(draw(system_rng()));
  }
  CHECK(seen.size() == 40);
}

TEST_CASE("The generator draws in blocks and hands out each byte once") {
  Source source;
  Source same;
  crypto::RandomBlock block;
  std::vector<std::uint8_t> expected(3 * crypto::RandomBlock::kSize);
  for (int i = 0; i < 3; ++i) same(expected.data() + i * crypto::RandomBlock::kSize, crypto::RandomBlock::kSize);
  std::vector<std::uint8_t> drawn(expected.size());
  std::size_t done = 0;
  for (std::size_t size : {16U, 16U, 1U, 600U, 0U, 903U}) {
    REQUIRE(block.fill(source, drawn.data() + done, size));
    done += size;
  }
  CHECK(done == expected.size());
  CHECK(drawn == expected);
  CHECK(source.calls == 3);
}

TEST_CASE("C2 a failing or stuck generator fails the draw and fills nothing") {
  auto kind = GENERATE(Source::failing, Source::constant, Source::periodic);
  Source source;
  source.kind = kind;
  crypto::RandomBlock block;
  Draw bytes{};
  CHECK_FALSE(block.fill(source, bytes.data(), bytes.size()));
  CHECK(bytes == Draw{});
  source.kind = Source::good;
  CHECK(block.fill(source, bytes.data(), bytes.size()));
  CHECK(bytes != Draw{});
}

TEST_CASE("4.13 a generator that repeats a block fails the second draw and fills none of it") {
  Source source;
  source.kind = Source::same_block;
  crypto::RandomBlock block;
  std::vector<std::uint8_t> bytes(2 * crypto::RandomBlock::kSize);
  CHECK(block.fill(source, bytes.data(), crypto::RandomBlock::kSize));
  std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
  CHECK_FALSE(block.fill(source, bytes.data(), 32));
  block = {};
  CHECK_FALSE(block.fill(source, bytes.data(), bytes.size()));
  CHECK(std::count(bytes.begin(), bytes.end(), 0) == static_cast<std::ptrdiff_t>(bytes.size()));
}

TEST_CASE("C2 an id is not made when the generator fails") {
  test::SeededRng rng;
  rng.fail_after(0);
  auto id = SessionId::generate(rng);
  REQUIRE_FALSE(id);
  CHECK(id.error().code() == "rng_failed");
}
