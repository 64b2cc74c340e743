#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>

#include <watchword/password/hash_pool.hpp>

#include "crypto/password_hash.hpp"

namespace watchword {

/// One hash's worth of memory that stays mapped between hashes. Used by one thread at a time.
class HashPool::Arena final {
 public:
  /// `mapped` counts the arenas that hold memory; `oversize` is the turn of the hashes that fit none.
  Arena(std::size_t size, std::atomic<std::size_t>& mapped, std::mutex& oversize) noexcept;
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// Room for a hash of `kib` KiB, mapped by the first call; empty where the hash is dearer than the pool's, or the
  /// system has no memory: then the hash allocates for itself.
  crypto::Argon2Memory memory(std::size_t kib) noexcept;

  /// To be held meanwhile: hashes that are dearer than the pool's run one at a time, so that they exceed the budget by
  /// one of them at most.
  std::unique_lock<std::mutex> turn(std::size_t kib) noexcept;

 private:
  const std::size_t size_;
  std::atomic<std::size_t>& mapped_;
  std::mutex& oversize_;
  void* data_ = nullptr;
};

}  // namespace watchword
