#include <watchword/session/former_owner.hpp>
#include <watchword/session/session_policy.hpp>

namespace watchword::session {
namespace {

class FormerOwner final : public account::Succession {
 public:
  FormerOwner(SessionStore& sessions, RevocationStore& revocations, RevocationIndex& index, Clock& clock) noexcept
      : sessions_(sessions), revocations_(revocations), index_(index), clock_(clock) {}

  Result<void> end_former(Transaction& transaction, UserId user, std::int64_t epoch) noexcept override {
    // No account of ours; and to the session store 0 is everybody.
    if (user.value() <= 0) return {};
    Revocation revocation;
    revocation.kind = Revocation::Kind::user;
    revocation.user = user;
    revocation.min_epoch = epoch;
    revocation.expires_at = SessionPolicy::revocation_expiry(clock_.now());
    if (auto ended = sessions_.end_all(transaction, user, std::nullopt); !ended) return ended.error();
    if (auto recorded = revocations_.record(transaction, revocation); !recorded) return recorded;
    // Before the commit: that the id has passed on is another system's fact, true whatever becomes of this transaction.
    // Where memory is short the feed brings it.
    auto added = index_.add(revocation);
    static_cast<void>(added);
    return {};
  }

 private:
  SessionStore& sessions_;
  RevocationStore& revocations_;
  RevocationIndex& index_;
  Clock& clock_;
};

}  // namespace

std::unique_ptr<account::Succession> make_succession(SessionStore& sessions, RevocationStore& revocations,
                                                     RevocationIndex& index, Clock& clock) {
  return std::make_unique<FormerOwner>(sessions, revocations, index, clock);
}

}  // namespace watchword::session
