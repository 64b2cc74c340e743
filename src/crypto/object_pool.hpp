#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <utility>

namespace watchword::crypto {

/// This thread's number, counted from 0 in the order of first calls.
std::size_t thread_number() noexcept;

/// Lends objects that only one thread may use at a time. Wait-free and free of allocation once as many exist as threads
/// have used at one time; each thread comes back to its own slot, so that its object stays in its cache.
template <class T>
class ObjectPool final {
 public:
  /// `first` is what guarantees that take() ends: without memory for another one it waits until one comes back.
  explicit ObjectPool(std::unique_ptr<T> first) noexcept { give(std::move(first)); }
  ObjectPool(const ObjectPool&) = delete;
  ObjectPool& operator=(const ObjectPool&) = delete;
  ~ObjectPool() {
    for (auto& slot : slots_) delete slot.object.load(std::memory_order_relaxed);
  }

  template <class Make>
  std::unique_ptr<T> take(Make make) noexcept {
    for (;;) {
      if (auto object = try_take()) return object;
      try {
        return make();
      } catch (...) {
        std::this_thread::yield();
      }
    }
  }

  void give(std::unique_ptr<T> object) noexcept {
    for (std::size_t i = 0, start = thread_number(); i < kSlots; ++i) {
      T* none = nullptr;
      auto& slot = slots_[(start + i) % kSlots].object;
      if (slot.compare_exchange_strong(none, object.get(), std::memory_order_release, std::memory_order_relaxed)) {
        (void)object.release();
        return;
      }
    }
  }

 private:
  static constexpr std::size_t kSlots = 32;
  struct alignas(64) Slot {
    std::atomic<T*> object{nullptr};
  };

  std::unique_ptr<T> try_take() noexcept {
    for (std::size_t i = 0, start = thread_number(); i < kSlots; ++i) {
      auto& slot = slots_[(start + i) % kSlots].object;
      if (slot.load(std::memory_order_relaxed) == nullptr) continue;
      if (T* object = slot.exchange(nullptr, std::memory_order_acquire)) return std::unique_ptr<T>(object);
    }
    return nullptr;
  }

  std::array<Slot, kSlots> slots_;
};

}  // namespace watchword::crypto
