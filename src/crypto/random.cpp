#include <atomic>

#include <botan/system_rng.h>
#include <pthread.h>
#include <unistd.h>

#include <watchword/base/rng.hpp>

#include "crypto/random_block.hpp"

namespace watchword {
namespace {

std::atomic<unsigned> forks{0};

/// A thread's block and the process that drew it.
struct ThreadRandom {
  crypto::RandomBlock block;
  ::pid_t process = 0;
  unsigned fork = 0;
};

bool draw(std::uint8_t* out, std::size_t size) noexcept {
  try {
    Botan::system_rng().randomize(out, size);
    return true;
  } catch (...) {
    return false;
  }
}

class SystemRng final : public Rng {
 public:
  // The handler tells a grandchild from a process whose number it got again; the number tells children made without
  // handlers (a bare clone). A child that shared our block would hand out its parent's tokens.
  SystemRng() noexcept {
    (void)::pthread_atfork(nullptr, nullptr, [] { ++forks; });
  }

  Result<void> fill(std::uint8_t* out, std::size_t size) noexcept override {
    thread_local ThreadRandom random;
    ::pid_t process = ::getpid();
    unsigned fork = forks.load();
    if (random.process != process || random.fork != fork) {
      random.block.discard();
      random.process = process;
      random.fork = fork;
    }
    if (random.block.fill([](std::uint8_t* to, std::size_t n) { return draw(to, n); }, out, size)) return {};
    return Error(Errc::unavailable, "rng_failed", "The server cannot draw random numbers now. Try again later.");
  }
};

}  // namespace

Rng& system_rng() noexcept {
  static SystemRng rng;
  return rng;
}

}  // namespace watchword
