#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <watchword/base/export.hpp>
#include <watchword/base/id.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/transaction.hpp>

namespace watchword::session {

/// What ends access tokens before their expiry.
struct Revocation final {
  enum class Kind : std::uint8_t {
    session,   ///< the tokens of `session`
    user,      ///< the tokens of `user` with an epoch below `min_epoch`, but those of `session` if it is set
    everybody  ///< all tokens issued before `min_epoch` (here in milliseconds since 1970)
  };
  // Several together revoke what any one of them does. So a later one without exemption ends the session that an
  // earlier one exempted, and a session that a later one exempts keeps what no earlier one had ended.
  Kind kind = Kind::session;
  UserId user;
  std::optional<SessionId> session;
  std::int64_t min_epoch = 0;
  /// From then on every token that it concerns has expired by itself: SessionPolicy::revocation_expiry.
  Timestamp expires_at;
};

struct NumberedRevocation final {
  std::int64_t sequence = 0;
  Revocation revocation;
};

/// Revocations above a number, and the last number given away when they were read: below the one that was asked for
/// where the store was put back to an earlier state.
struct RevocationPage final {
  std::int64_t last = 0;
  std::vector<NumberedRevocation> revocations;
};

/// By how much the number of a revocation of everybody is above the last: so it is new to every reader also after a
/// backup brought a lower last number back.
inline constexpr std::int64_t kRevocationJump = std::int64_t{1} << 32;

/// Port: the revocations, the truth that every process polls. Sequence numbers rise in the order of commits, so that a
/// reader who asks for what is above the last number it saw misses nothing. Safe to use from any thread. Errors: those
/// of the TransactionRunner and of sql::Executor.
class WATCHWORD_EXPORT RevocationStore {
 public:
  virtual ~RevocationStore();
  /// Numbers it one above the last, or kRevocationJump above where it is of the kind `everybody`.
  virtual Result<void> record(Transaction& transaction, const Revocation& revocation) noexcept = 0;
  /// Unexpired revocations numbered above `after`, in order, at most `limit`, in one snapshot with the last number.
  virtual Result<RevocationPage> since(std::int64_t after, std::size_t limit, Timestamp now) noexcept = 0;

 protected:
  RevocationStore() = default;
  RevocationStore(const RevocationStore&) = delete;
  RevocationStore& operator=(const RevocationStore&) = delete;
};

}  // namespace watchword::session
