#include "session/reader_gate.hpp"

namespace watchword::session {
namespace {

std::size_t thread_number() noexcept {
  static std::atomic<std::size_t> next{1};
  thread_local std::size_t number = 0;
  if (number == 0) number = next.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace

ReaderGate::Pass::Pass(ReaderGate& gate) noexcept
    : inside_(gate.stripes_[thread_number() % kStripes].inside[gate.phase_.load(std::memory_order_relaxed) & 1U]) {
  inside_.fetch_add(1, std::memory_order_seq_cst);
}

void ReaderGate::begin_grace() noexcept {
  stripe_ = 0;
  round_ = 0;
}

// A reader that saw what was unpublished had raised a counter before it loaded the pointer, so in the single order of
// the seq_cst operations before the pointer was replaced. Hence every counter need only be seen at zero once after
// that. New readers raise the counters of the current phase, so those of the other come to zero; then the phase flips.
// A reader that still acts upon an old phase delays, and breaks nothing.
bool ReaderGate::grace_over() noexcept {
  for (; round_ < 2; ++round_, stripe_ = 0) {
    std::uint32_t watched = (phase_.load(std::memory_order_relaxed) & 1U) ^ 1U;
    for (; stripe_ < kStripes; ++stripe_) {
      if (stripes_[stripe_].inside[watched].load(std::memory_order_seq_cst) != 0) return false;
    }
    if (round_ == 0) phase_.store(watched, std::memory_order_relaxed);
  }
  return true;
}

}  // namespace watchword::session
