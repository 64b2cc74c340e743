#pragma once

#include <optional>

#include <watchword/session/session_service.hpp>

namespace watchword::session {

/// Ends sessions: in the store and by a revocation in one transaction, then in this process's index.
class SessionEnding final {
 public:
  SessionEnding(const SessionService::Parts& parts, const SessionPolicy& policy) noexcept
      : parts_(parts), policy_(policy) {}

  Result<void> end(const RequestContext& context, UserId user, SessionId session) const noexcept;
  Result<void> end(const RequestContext& context, const Principal& principal) const noexcept;
  Result<void> end_by_refresh_token(const RequestContext& context, const OpaqueToken& presented) const noexcept;
  Result<void> end_all(const RequestContext& context, UserId user) const noexcept;
  Result<void> end_everybody(const RequestContext& context) const noexcept;
  Result<std::optional<Revocation>> end_all(Transaction& transaction, UserId user, std::optional<SessionId> except,
                                            Timestamp now) const noexcept;
  void announce(const Revocation& revocation) const noexcept;

 private:
  Result<bool> end_one(Transaction& transaction, UserId user, const Revocation& revocation,
                       const audit::Event& event) const noexcept;
  Result<void> write(Transaction& transaction, const Revocation& revocation, const audit::Event& event) const noexcept;
  Result<bool> owns(Transaction& transaction, UserId user, SessionId session, Timestamp now) const noexcept;
  Revocation revocation_at(Timestamp now, Revocation::Kind kind) const noexcept;
  void conclude(const Revocation& revocation, const audit::Event& event) const noexcept;

  const SessionService::Parts& parts_;
  const SessionPolicy& policy_;
};

}  // namespace watchword::session
