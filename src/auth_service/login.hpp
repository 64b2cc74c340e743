#pragma once

#include <optional>
#include <string>

#include "auth_service/failure_pace.hpp"
#include "auth_service/parts.hpp"

namespace watchword::auth {

/// Unknown, inactive and passwordless accounts take the same way as a wrong password: as many look-ups, one hash, one
/// answer. What is too long to be anybody's costs no hash, whoever it names.
class LoginFlow final {
 public:
  using Value = session::LoginOutcome;
  LoginFlow(const AuthParts& parts, FailurePace& pace, const RequestContext& context, LoginRequest request)
      : parts_(&parts), pace_(&pace), context_(context), request_(std::move(request)) {}

  Result<void> prepare();
  Result<void> hash();
  Result<Value> finish();
  Lifetime hold() const noexcept { return refused_ ? pace_->left(began_) : Lifetime(); }

 private:
  Result<void> look_up(const account::LoginName& name);
  void save_rehash() noexcept;
  Result<Value> start();
  Error refuse(const Error& error) const noexcept;
  /// The one answer to all that is wrong.
  Error refuse_credentials(const char* reason) noexcept;

  const AuthParts* parts_;
  FailurePace* pace_;
  /// When the hash began: before that all wait alike in the queue.
  Timestamp began_ = steady_clock().now();
  RequestContext context_;
  LoginRequest request_;
  std::optional<account::Account> account_;
  account::Credential credential_;
  std::string rehash_;
  const char* refusal_ = "";
  bool refused_ = false;
};

}  // namespace watchword::auth
