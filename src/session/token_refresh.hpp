#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <watchword/session/session_service.hpp>

#include "session/refresh_keys.hpp"

namespace watchword::session {

/// What one presentation of a refresh token came to.
struct RefreshDecision final {
  enum class Verdict : std::uint8_t { granted, refused, too_often, stolen };
  Verdict verdict = Verdict::refused;
  std::string_view reason;  ///< private; text of static storage duration
  UserId user;
  SessionId session;
  OpaqueToken refresh;
  Timestamp refresh_expires_at;
  AccessToken access;
};

/// The work of one refresh: decides within a transaction, as often as it is asked to, and keeps nothing between.
class TokenRefresh final {
 public:
  struct Presented final {
    const RequestContext& context;
    const OpaqueToken& token;
    TokenDigest digest;
    Timestamp now;
    Derivation::Nonce nonce{};  ///< fresh
    std::vector<ExtraClaim> extra;
  };
  TokenRefresh(const SessionService::Parts& parts, const SessionPolicy& policy, const RefreshKeys& keys,
               const Presented& presented) noexcept
      : parts_(parts), policy_(policy), keys_(keys), presented_(presented) {}

  /// An error means that all is to be undone. May throw std::bad_alloc.
  Result<RefreshDecision> decide(Transaction& transaction) const;
  /// What of a theft concerns other processes.
  Revocation revocation(SessionId session) const noexcept;
  audit::Event event(const RefreshDecision& decision) const noexcept;

 private:
  struct Found final {
    RefreshToken row;
    Session session;
  };
  Result<RefreshDecision> first_use(Transaction& transaction, const Found& found) const;
  Result<std::optional<RefreshDecision>> hourly_limit(Transaction& transaction, const Found& found) const;
  Result<RefreshDecision> use_of_spent(Transaction& transaction, const Found& found) const;
  Result<RefreshDecision> repeat(Transaction& transaction, const Found& found) const;
  Result<RefreshDecision> replace_lost(Transaction& transaction, const Found& found) const;
  Result<RefreshDecision> reuse(Transaction& transaction, const Found& found, std::string_view how) const;

  Result<bool> is_gone(Transaction& transaction, const TokenDigest& digest) const noexcept;
  Result<OpaqueToken> successor(const Found& found, Derivation& derivation) const;
  Result<void> insert_successor(Transaction& transaction, const Found& found, const Derivation& derivation) const;
  Result<RefreshDecision> grant(const Found& found, OpaqueToken refresh, Timestamp expires_at) const;
  /// Refused, until it is made something else.
  RefreshDecision about(const Found& found, std::string_view reason) const noexcept;
  bool within_window(const RefreshToken& row) const noexcept;
  Timestamp successor_expiry(const Session& session) const noexcept;

  const SessionService::Parts& parts_;
  const SessionPolicy& policy_;
  const RefreshKeys& keys_;
  const Presented& presented_;
};

}  // namespace watchword::session
