#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include <watchword/base/export.hpp>
#include <watchword/base/id.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/transaction.hpp>
#include <watchword/token/opaque_token.hpp>

namespace watchword::session {

enum class RefreshState : std::uint8_t {
  live,        ///< not yet presented
  spent,       ///< presented; `successor` took its place
  superseded,  ///< never presented, and replaced since its reply was lost: whoever presents it is not its client
};

/// What turned a spent token into its successor: with the key named, the token itself and these, the same successor can
/// be derived again, although no token is stored.
struct Derivation final {
  using Nonce = std::array<std::uint8_t, 16>;
  Nonce nonce{};
  std::string key_id;
  TokenDigest successor;
  Timestamp drawn_at;
};

struct RefreshToken final {
  TokenDigest digest;
  SessionId session;
  UserId user;  ///< the session's; like the session it never changes
  std::int64_t generation = 0;
  RefreshState state = RefreshState::live;
  Timestamp expires_at;
  Timestamp changed_at;                  ///< when it took its state
  std::optional<Derivation> derivation;  ///< of spent ones
  bool nonce_erased = false;             ///< spent, and its successor has been presented
};

/// Port: refresh tokens by their digests. Spent ones stay until their own expiry, so that their reuse is noticed.
/// Safe to use from any thread. Errors: those of the TransactionRunner and of sql::Executor.
class WATCHWORD_EXPORT RefreshTokenStore {
 public:
  virtual ~RefreshTokenStore();
  virtual Result<void> insert(Transaction& transaction, const RefreshToken& token) noexcept = 0;
  /// Reads a token and locks nothing: whose it is has to be known before its account, its session and it are locked, in
  /// this order, which is everybody's.
  virtual Result<std::optional<RefreshToken>> find(Transaction& transaction, const TokenDigest& digest) noexcept = 0;
  /// Reads a token and keeps it from changing until the transaction ends.
  virtual Result<std::optional<RefreshToken>> lock(Transaction& transaction, const TokenDigest& digest) noexcept = 0;
  /// live -> spent. False: it is no longer live.
  virtual Result<bool> spend(Transaction& transaction, const TokenDigest& digest,
                             const Derivation& derivation) noexcept = 0;
  /// Draws a spent token's successor anew. False: it is not spent, or its nonce was erased.
  virtual Result<bool> redraw(Transaction& transaction, const TokenDigest& digest,
                              const Derivation& derivation) noexcept = 0;
  /// live -> superseded. False: it has been presented.
  virtual Result<bool> supersede(Transaction& transaction, const TokenDigest& digest, Timestamp now) noexcept = 0;
  /// Erases the nonce of the token whose successor this is: it has been presented, so nobody needs it again.
  virtual Result<void> erase_nonce_before(Transaction& transaction, const TokenDigest& successor) noexcept = 0;

 protected:
  RefreshTokenStore() = default;
  RefreshTokenStore(const RefreshTokenStore&) = delete;
  RefreshTokenStore& operator=(const RefreshTokenStore&) = delete;
};

}  // namespace watchword::session
