#include "session/revocation_table.hpp"

#include <cstring>

namespace watchword::session {
namespace {

constexpr std::uint64_t kRecord = std::uint64_t{1} << 63;

std::size_t capacity_for(std::size_t entries) noexcept {
  std::size_t capacity = 16;
  while (entries * 4 > capacity * 3) capacity *= 2;
  return capacity;
}

/// MurmurHash3's finaliser: ids are random or count up, and no stranger chooses them.
std::uint64_t mixed(std::uint64_t n) noexcept {
  n = (n ^ n >> 33) * 0xFF51AFD7ED558CCDULL;
  n = (n ^ n >> 33) * 0xC4CEB9FE1A85EC53ULL;
  return n ^ n >> 33;
}

struct SessionKey final {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  explicit SessionKey(const SessionId& id) noexcept {
    std::memcpy(&first, id.bytes().data(), sizeof first);
    std::memcpy(&second, id.bytes().data() + sizeof first, sizeof second);
  }
  std::uint64_t hash() const noexcept { return mixed(first ^ mixed(second)); }
  bool operator()(const RevocationSlot& slot) const noexcept {
    return slot.first.load(std::memory_order_relaxed) == first && slot.second.load(std::memory_order_relaxed) == second;
  }
};

struct UserKey final {
  std::uint64_t value = 0;
  explicit UserKey(UserId user) noexcept : value(static_cast<std::uint64_t>(user.value())) {}
  std::uint64_t hash() const noexcept { return mixed(value); }
  bool operator()(const RevocationSlot& slot) const noexcept {
    return slot.first.load(std::memory_order_relaxed) == value;
  }
};

void extend(RevocationSlot& slot, std::int64_t expires) noexcept {
  // Release, because readers acquire the key through whichever value of the expiry they see.
  if (slot.expires.load(std::memory_order_relaxed) < expires) slot.expires.store(expires, std::memory_order_release);
}

bool vacant(const RevocationSlot& slot) noexcept { return slot.expires.load(std::memory_order_relaxed) == 0; }

}  // namespace

SlotTable::SlotTable(std::size_t entries)
    : capacity_(capacity_for(entries)), slots_(std::make_unique<RevocationSlot[]>(capacity_)) {}

void SlotTable::take(RevocationSlot& slot, std::uint64_t first, std::uint64_t second, std::int64_t expires) noexcept {
  slot.first.store(first, std::memory_order_relaxed);
  slot.second.store(second, std::memory_order_relaxed);
  slot.expires.store(expires == 0 ? 1 : expires, std::memory_order_release);
  ++entries_;
}

RevocationTable::RevocationTable(const Room& room)
    : sessions_(room.sessions),
      users_(room.users),
      exemptions_(room.exemptions == 0 ? nullptr : std::make_unique<UserBound[]>(room.exemptions)),
      exemption_room_(room.exemptions) {}

bool RevocationTable::revokes(UserId user, std::int64_t epoch, const SessionId& session) const noexcept {
  SessionKey session_key(session);
  UserKey user_key(user);
  std::uint64_t session_hash = session_key.hash();
  std::uint64_t user_hash = user_key.hash();
  sessions_.expect(session_hash);
  users_.expect(user_hash);
  if (sessions_.find(session_hash, session_key) != nullptr) return true;
  const RevocationSlot* slot = users_.find(user_hash, user_key);
  if (slot == nullptr) return false;
  std::uint64_t word = slot->second.load(std::memory_order_acquire);
  if ((word & kRecord) == 0) return epoch < static_cast<std::int64_t>(word);
  return exemptions_[word & ~kRecord].revokes(epoch, session);
}

bool RevocationTable::add_session(const SessionId& session, std::int64_t expires) noexcept {
  SessionKey key(session);
  RevocationSlot& slot = sessions_.locate(key.hash(), key);
  if (!vacant(slot)) {
    extend(slot, expires);
    return true;
  }
  if (sessions_.full()) return false;
  sessions_.take(slot, key.first, key.second, expires);
  return true;
}

bool RevocationTable::add_user(UserId user, const UserBound& bound, std::int64_t expires) noexcept {
  UserKey key(user);
  RevocationSlot& slot = users_.locate(key.hash(), key);
  bool is_new = vacant(slot);
  if (!is_new && decode(slot.second.load(std::memory_order_relaxed)) == bound) {
    extend(slot, expires);
    return true;
  }
  if ((is_new && users_.full()) || (bound.exempt && exemptions_used_ == exemption_room_)) return false;
  std::uint64_t word = encode(bound);
  if (is_new) {
    users_.take(slot, key.value, word, expires);
  } else {
    slot.second.store(word, std::memory_order_release);
    extend(slot, expires);
  }
  return true;
}

std::optional<UserBound> RevocationTable::bound_of(UserId user) const noexcept {
  UserKey key(user);
  const RevocationSlot* slot = users_.find(key.hash(), key);
  if (slot == nullptr) return std::nullopt;
  return decode(slot->second.load(std::memory_order_relaxed));
}

UserBound RevocationTable::decode(std::uint64_t word) const noexcept {
  if ((word & kRecord) != 0) return exemptions_[word & ~kRecord];
  UserBound bound;
  bound.min_epoch = static_cast<std::int64_t>(word);
  return bound;
}

std::uint64_t RevocationTable::encode(const UserBound& bound) noexcept {
  if (!bound.exempt) return static_cast<std::uint64_t>(bound.min_epoch);
  exemptions_[exemptions_used_] = bound;
  return kRecord | exemptions_used_++;
}

RevocationTable::Room RevocationTable::unexpired(std::int64_t now) const noexcept {
  Room room;
  sessions_.for_each([&](const RevocationSlot& slot) {
    if (slot.expires.load(std::memory_order_relaxed) > now) ++room.sessions;
  });
  users_.for_each([&](const RevocationSlot& slot) {
    if (slot.expires.load(std::memory_order_relaxed) <= now) return;
    ++room.users;
    if ((slot.second.load(std::memory_order_relaxed) & kRecord) != 0) ++room.exemptions;
  });
  return room;
}

void RevocationTable::copy_unexpired(std::int64_t now, RevocationTable& to) const noexcept {
  sessions_.for_each([&](const RevocationSlot& slot) {
    std::int64_t expires = slot.expires.load(std::memory_order_relaxed);
    if (expires <= now) return;
    SessionId::Bytes bytes{};
    std::uint64_t words[] = {slot.first.load(std::memory_order_relaxed), slot.second.load(std::memory_order_relaxed)};
    std::memcpy(bytes.data(), words, bytes.size());
    to.add_session(SessionId(bytes), expires);
  });
  users_.for_each([&](const RevocationSlot& slot) {
    std::int64_t expires = slot.expires.load(std::memory_order_relaxed);
    if (expires <= now) return;
    UserId user(static_cast<std::int64_t>(slot.first.load(std::memory_order_relaxed)));
    to.add_user(user, decode(slot.second.load(std::memory_order_relaxed)), expires);
  });
}

std::size_t RevocationTable::memory() const noexcept {
  return sizeof *this + sessions_.memory() + users_.memory() + exemption_room_ * sizeof(UserBound);
}

}  // namespace watchword::session
