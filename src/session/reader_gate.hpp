#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace watchword::session {

/// Tells a writer when nobody can still be reading what it has unpublished. Readers never wait; writers ask.
class ReaderGate final {
 public:
  /// Reading goes on while one of these lives. What is to be read must be loaded, seq_cst, after its construction.
  class Pass final {
   public:
    explicit Pass(ReaderGate& gate) noexcept;
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() { inside_.fetch_sub(1, std::memory_order_release); }

   private:
    std::atomic<std::uint32_t>& inside_;
  };

  /// For writers, one at a time, after they have unpublished something by a seq_cst store: starts waiting for all who
  /// may have seen it.
  void begin_grace() noexcept;
  /// True once all of them have left. Never blocks: a reader that is not scheduled, or that stayed behind in the parent
  /// of a fork, only delays.
  bool grace_over() noexcept;

 private:
  static constexpr std::size_t kStripes = 64;
  struct alignas(64) Stripe final {
    std::array<std::atomic<std::uint32_t>, 2> inside{};
  };
  std::array<Stripe, kStripes> stripes_{};
  std::atomic<std::uint32_t> phase_{0};
  std::size_t stripe_ = 0;
  int round_ = 0;
};

}  // namespace watchword::session
