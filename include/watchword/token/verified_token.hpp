#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <watchword/base/id.hpp>
#include <watchword/base/time.hpp>
#include <watchword/token/claims.hpp>

namespace watchword {

/// The claims of an access token whose signature and every claim have been checked. Only a TokenVerifier makes one. It
/// says nothing about revocation: turn it into a Principal by session::AccessGuard.
class VerifiedToken final {
 public:
  UserId user() const noexcept { return user_; }
  SessionId session() const noexcept { return session_; }
  TokenId id() const noexcept { return id_; }
  std::int64_t epoch() const noexcept { return epoch_; }
  Timestamp issued_at() const noexcept { return issued_at_; }
  Timestamp expires_at() const noexcept { return expires_at_; }
  const Assurance& assurance() const noexcept { return assurance_; }

 private:
  friend class TokenVerifier;
  VerifiedToken() noexcept = default;
  UserId user_;
  SessionId session_;
  TokenId id_;
  std::int64_t epoch_ = 0;
  Timestamp issued_at_;
  Timestamp expires_at_;
  Assurance assurance_;
};

}  // namespace watchword
