#pragma once

#include <optional>
#include <string>

#include "auth_service/parts.hpp"

namespace watchword::auth {

/// Unknown, inactive and passwordless accounts take the same way as a wrong password: as many look-ups, one hash, one
/// answer. What is too long to be anybody's costs no hash, whoever it names.
class LoginFlow final {
 public:
  using Value = session::LoginOutcome;
  LoginFlow(const AuthParts& parts, const RequestContext& context, LoginRequest request)
      : parts_(&parts), context_(context), request_(std::move(request)) {}

  Result<void> prepare();
  Result<void> hash();
  Result<Value> finish();

 private:
  Result<void> look_up(const account::LoginName& name);
  void save_rehash() noexcept;
  Result<Value> start();
  Error refuse(const Error& error) const noexcept;

  const AuthParts* parts_;
  RequestContext context_;
  LoginRequest request_;
  std::optional<account::Account> account_;
  account::Credential credential_;
  std::string rehash_;
  const char* refusal_ = "";
};

}  // namespace watchword::auth
