#pragma once

#include <optional>
#include <string>

#include "auth_service/parts.hpp"

namespace watchword::auth {

class PasswordResetFlow final {
 public:
  using Value = void;
  PasswordResetFlow(const AuthParts& parts, const RequestContext& context, PasswordReset request)
      : parts_(&parts), context_(context), request_(std::move(request)) {}

  Result<void> prepare();
  Result<void> hash();
  Result<void> finish();

 private:
  Result<void> check_email(const account::Account& account);

  const AuthParts* parts_;
  RequestContext context_;
  PasswordReset request_;
  std::optional<account::EmailAddress> email_;
  std::string hash_;
};

}  // namespace watchword::auth
