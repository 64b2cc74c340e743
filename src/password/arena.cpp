#include "password/arena.hpp"

#include <sys/mman.h>

namespace watchword {

HashPool::Arena::Arena(std::size_t size, std::atomic<std::size_t>& mapped, std::mutex& oversize) noexcept
    : size_(size), mapped_(mapped), oversize_(oversize) {}

// The hash has wiped what it wrote, so nothing secret goes back to the system.
HashPool::Arena::~Arena() {
  if (data_ == nullptr) return;
  ::munmap(data_, size_);
  --mapped_;
}

crypto::Argon2Memory HashPool::Arena::memory(std::size_t kib) noexcept {
  if (kib * 1024 > size_) return {};
  if (data_ == nullptr) {
    void* fresh = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fresh == MAP_FAILED) return {};
    data_ = fresh;
    ++mapped_;
  }
  return {data_, size_};
}

std::unique_lock<std::mutex> HashPool::Arena::turn(std::size_t kib) noexcept {
  if (kib * 1024 > size_) return std::unique_lock<std::mutex>(oversize_);
  return {};
}

}  // namespace watchword
