#include "crypto/object_pool.hpp"

namespace watchword::crypto {

std::size_t thread_number() noexcept {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t number = next.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace watchword::crypto
