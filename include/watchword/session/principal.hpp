#pragma once

#include <cstdint>

#include <watchword/base/id.hpp>
#include <watchword/token/claims.hpp>
#include <watchword/token/verified_token.hpp>

namespace watchword::session {

/// Who a request is from, proved and not revoked. Only AccessGuard makes one, and only a Principal authorises anything.
class Principal final {
 public:
  enum class Kind : std::uint8_t { user };

  Kind kind() const noexcept { return Kind::user; }
  UserId user() const noexcept { return token_.user(); }
  SessionId session() const noexcept { return token_.session(); }
  std::int64_t epoch() const noexcept { return token_.epoch(); }
  const Assurance& assurance() const noexcept { return token_.assurance(); }
  Timestamp expires_at() const noexcept { return token_.expires_at(); }

 private:
  friend class AccessGuard;
  explicit Principal(const VerifiedToken& token) noexcept : token_(token) {}
  VerifiedToken token_;
};

}  // namespace watchword::session
