#include <algorithm>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>

#include <watchword/session/revocation_index.hpp>

#include "session/no_throw.hpp"
#include "session/reader_gate.hpp"
#include "session/revocation_table.hpp"

namespace watchword::session {
namespace {

constexpr std::int64_t kNobody = (std::numeric_limits<std::int64_t>::min)();

}  // namespace

class RevocationIndex::Impl {
 public:
  Impl() { publish(std::make_unique<RevocationTable>(RevocationTable::Room{})); }

  bool revokes(const VerifiedToken& token) noexcept {
    if (token.issued_at().milliseconds() < everybody_.load(std::memory_order_acquire)) return true;
    ReaderGate::Pass pass(gate_);
    const RevocationTable& table = *table_.load(std::memory_order_seq_cst);
    return table.revokes(token.user(), token.epoch(), token.session());
  }

  void add(const Revocation& revocation) {
    std::lock_guard lock(mutex_);
    switch (revocation.kind) {
      case Revocation::Kind::session:
        if (revocation.session) add_session(*revocation.session, revocation.expires_at.microseconds());
        break;
      case Revocation::Kind::user:
        add_user(revocation);
        break;
      case Revocation::Kind::everybody:
        add_everybody(revocation);
        break;
    }
    note_size();
  }

  void purge(std::int64_t now) {
    std::lock_guard lock(mutex_);
    if (everybody_expires_ <= now) everybody_.store(kNobody, std::memory_order_release);
    RevocationTable::Room room = current_->unexpired(now);
    if (room.sessions + room.users < current_->entries()) replace(room, now);
    free_retired();
    note_size();
  }

  std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }
  std::size_t memory() const noexcept { return memory_.load(std::memory_order_relaxed); }

 private:
  void add_session(const SessionId& session, std::int64_t expires) {
    if (current_->add_session(session, expires)) return;
    grow();
    current_->add_session(session, expires);
  }

  void add_user(const Revocation& revocation) {
    UserBound bound = current_->bound_of(revocation.user).value_or(UserBound{});
    bound.add(revocation.min_epoch, revocation.session);
    std::int64_t expires = revocation.expires_at.microseconds();
    if (current_->add_user(revocation.user, bound, expires)) return;
    grow();
    current_->add_user(revocation.user, bound, expires);
  }

  void add_everybody(const Revocation& revocation) noexcept {
    bool none = everybody_.load(std::memory_order_relaxed) == kNobody;
    std::int64_t expires = revocation.expires_at.microseconds();
    everybody_expires_ = none ? expires : (std::max)(expires, everybody_expires_);
    if (everybody_.load(std::memory_order_relaxed) < revocation.min_epoch) {
      everybody_.store(revocation.min_epoch, std::memory_order_release);
    }
  }

  void grow() {
    RevocationTable::Room room = current_->unexpired(kNobody);
    ++room.sessions;
    ++room.users;
    room.exemptions += room.exemptions / 2 + 8;
    replace(room, kNobody);
  }

  void replace(const RevocationTable::Room& room, std::int64_t now) {
    auto fresh = std::make_unique<RevocationTable>(room);
    current_->copy_unexpired(now, *fresh);
    publish(std::move(fresh));
    free_retired();
  }

  void publish(std::unique_ptr<RevocationTable> fresh) noexcept {
    table_.store(fresh.get(), std::memory_order_seq_cst);
    std::swap(current_, fresh);
    if (!fresh) return;
    fresh->next = std::move(retired_);
    retired_ = std::move(fresh);
  }

  /// Tries for a moment, since readers leave within a microsecond, and goes on at the next call: a writer never hangs.
  void free_retired() noexcept {
    for (int tries = 0; tries < 100 && (retired_ || leaving_); ++tries) {
      if (!leaving_) {
        leaving_ = std::move(retired_);
        gate_.begin_grace();
      }
      if (gate_.grace_over()) {
        discard(std::move(leaving_));
      } else {
        std::this_thread::yield();
      }
    }
  }

  static void discard(std::unique_ptr<RevocationTable> list) noexcept {
    while (list) list = std::move(list->next);
  }

  void note_size() noexcept {
    bool everybody = everybody_.load(std::memory_order_relaxed) != kNobody;
    size_.store(current_->entries() + (everybody ? 1 : 0), std::memory_order_relaxed);
    std::size_t bytes = sizeof *this + current_->memory();
    for (const auto* list : {retired_.get(), leaving_.get()}) {
      for (; list != nullptr; list = list->next.get()) bytes += list->memory();
    }
    memory_.store(bytes, std::memory_order_relaxed);
  }

  ReaderGate gate_;
  std::atomic<const RevocationTable*> table_{nullptr};
  std::atomic<std::int64_t> everybody_{kNobody};
  std::atomic<std::size_t> size_{0};
  std::atomic<std::size_t> memory_{0};

  std::mutex mutex_;
  std::unique_ptr<RevocationTable> current_;
  std::unique_ptr<RevocationTable> retired_;
  std::unique_ptr<RevocationTable> leaving_;
  std::int64_t everybody_expires_ = kNobody;
};

RevocationIndex::RevocationIndex(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
RevocationIndex::~RevocationIndex() = default;

Result<std::unique_ptr<RevocationIndex>> RevocationIndex::create() noexcept {
  return no_throw([]() -> Result<std::unique_ptr<RevocationIndex>> {
    return std::unique_ptr<RevocationIndex>(new RevocationIndex(std::make_unique<Impl>()));
  });
}

bool RevocationIndex::revokes(const VerifiedToken& token) const noexcept { return impl_->revokes(token); }

Result<void> RevocationIndex::add(const Revocation& revocation) noexcept {
  return no_throw([&]() -> Result<void> {
    impl_->add(revocation);
    return {};
  });
}

Result<void> RevocationIndex::purge(Timestamp now) noexcept {
  return no_throw([&]() -> Result<void> {
    impl_->purge(now.microseconds());
    return {};
  });
}

std::size_t RevocationIndex::size() const noexcept { return impl_->size(); }
std::size_t RevocationIndex::memory() const noexcept { return impl_->memory(); }

}  // namespace watchword::session
