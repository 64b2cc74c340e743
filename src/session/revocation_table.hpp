#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <watchword/base/id.hpp>

#include "session/user_bound.hpp"

namespace watchword::session {

/// 24 bytes of an open-addressing table. A vacant slot's expiry is 0; it is set last, and the key never changes after.
struct RevocationSlot final {
  std::atomic<std::uint64_t> first{0};
  std::atomic<std::uint64_t> second{0};
  std::atomic<std::int64_t> expires{0};  ///< microseconds since 1970
};

/// Linear probing in a power of two of slots, at most three quarters of them taken, so that a look-up ends. One writer
/// at a time, any number of readers. May throw std::bad_alloc when it is made, never after.
class SlotTable final {
 public:
  explicit SlotTable(std::size_t entries);
  std::size_t entries() const noexcept { return entries_; }
  bool full() const noexcept { return (entries_ + 1) * 4 > capacity_ * 3; }
  std::size_t memory() const noexcept { return capacity_ * sizeof(RevocationSlot); }

  /// The taken slot for which `match` holds; null: there is none. For readers, who may not ask a slot twice whether it
  /// is taken: another key may have come into it meanwhile.
  template <class Match>
  const RevocationSlot* find(std::uint64_t hash, Match match) const noexcept {
    for (std::size_t i = hash & (capacity_ - 1);; i = (i + 1) & (capacity_ - 1)) {
      const RevocationSlot& slot = slots_[i];
      if (slot.expires.load(std::memory_order_acquire) == 0) return nullptr;
      if (match(slot)) return &slot;
    }
  }
  /// Says that the slots of `hash` will be looked at soon: a miss of the cache costs as much as a third of an HMAC.
  void expect(std::uint64_t hash) const noexcept { __builtin_prefetch(&slots_[hash & (capacity_ - 1)]); }
  /// For the writer: that slot, or else the vacant one where its like would go.
  template <class Match>
  RevocationSlot& locate(std::uint64_t hash, Match match) noexcept {
    for (std::size_t i = hash & (capacity_ - 1);; i = (i + 1) & (capacity_ - 1)) {
      RevocationSlot& slot = slots_[i];
      if (slot.expires.load(std::memory_order_relaxed) == 0 || match(slot)) return slot;
    }
  }
  /// Fills a vacant slot; the table must not be full.
  void take(RevocationSlot& vacant, std::uint64_t first, std::uint64_t second, std::int64_t expires) noexcept;

  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < capacity_; ++i) {
      if (slots_[i].expires.load(std::memory_order_relaxed) != 0) visit(slots_[i]);
    }
  }

 private:
  std::size_t capacity_;
  std::size_t entries_ = 0;
  std::unique_ptr<RevocationSlot[]> slots_;
};

/// One published state of the index: revoked sessions, and users with their bounds. It grows in place until it is full;
/// then the writer copies it into a larger one. One writer at a time, any number of readers.
class RevocationTable final {
 public:
  struct Room final {
    std::size_t sessions = 0;
    std::size_t users = 0;
    std::size_t exemptions = 0;
  };
  /// May throw std::bad_alloc; nothing else here does.
  explicit RevocationTable(const Room& room);

  /// Whether the session is revoked, or the user's tokens of that epoch.
  bool revokes(UserId user, std::int64_t epoch, const SessionId& session) const noexcept;

  /// False: there is no room, and nothing was changed.
  bool add_session(const SessionId& session, std::int64_t expires) noexcept;
  bool add_user(UserId user, const UserBound& bound, std::int64_t expires) noexcept;
  std::optional<UserBound> bound_of(UserId user) const noexcept;

  /// How much of what this holds expires after `now`, and how to move just that into a table with room for it.
  Room unexpired(std::int64_t now) const noexcept;
  void copy_unexpired(std::int64_t now, RevocationTable& to) const noexcept;

  std::size_t entries() const noexcept { return sessions_.entries() + users_.entries(); }
  std::size_t memory() const noexcept;

  /// The next in a list of retired ones.
  std::unique_ptr<RevocationTable> next;

 private:
  UserBound decode(std::uint64_t word) const noexcept;
  std::uint64_t encode(const UserBound& bound) noexcept;

  SlotTable sessions_;
  SlotTable users_;
  // A user's bound is one word, so that readers see all of it or nothing: the epoch itself, or the number of a record
  // here, which is written before the word and never again.
  std::unique_ptr<UserBound[]> exemptions_;
  std::size_t exemption_room_;
  std::size_t exemptions_used_ = 0;
};

}  // namespace watchword::session
