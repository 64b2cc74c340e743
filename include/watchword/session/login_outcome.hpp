#pragma once

#include <string>
#include <vector>

#include <watchword/base/id.hpp>
#include <watchword/base/time.hpp>
#include <watchword/token/opaque_token.hpp>
#include <watchword/token/token_issuer.hpp>

namespace watchword::session {

/// The pair of tokens that a client holds.
struct TokenPair final {
  SessionId session;
  UserId user;
  AccessToken access;
  OpaqueToken refresh;
  Timestamp refresh_expires_at;
};

/// The sign-in is not done: present one of `factors` with the pending token.
struct Challenge final {
  OpaqueToken pending;
  std::vector<std::string> factors;
};

/// What a right password leads to: a pair of tokens, or a challenge to be met first. Movable, not copyable.
class LoginOutcome final {
 public:
  LoginOutcome(TokenPair tokens) noexcept : tokens_(static_cast<TokenPair&&>(tokens)), signed_in_(true) {}
  LoginOutcome(Challenge challenge) noexcept : challenge_(static_cast<Challenge&&>(challenge)), signed_in_(false) {}

  bool signed_in() const noexcept { return signed_in_; }
  /// Null if there is a challenge. The object is this one's: move what it holds away or copy it.
  TokenPair* tokens() noexcept { return signed_in_ ? &tokens_ : nullptr; }
  const TokenPair* tokens() const noexcept { return signed_in_ ? &tokens_ : nullptr; }
  /// Null if signed in.
  Challenge* challenge() noexcept { return signed_in_ ? nullptr : &challenge_; }
  const Challenge* challenge() const noexcept { return signed_in_ ? nullptr : &challenge_; }

 private:
  TokenPair tokens_;
  Challenge challenge_;
  bool signed_in_;
};

}  // namespace watchword::session
