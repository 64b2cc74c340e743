#pragma once

#include <optional>
#include <string>

#include "auth_service/parts.hpp"

namespace watchword::auth {

class PasswordChangeFlow final {
 public:
  using Value = void;
  PasswordChangeFlow(const AuthParts& parts, const RequestContext& context, const session::Principal& principal,
                     PasswordChange request)
      : parts_(&parts),
        context_(context),
        user_(principal.user()),
        session_(principal.session()),
        request_(std::move(request)) {}

  Result<void> prepare();
  Result<void> hash();
  Result<void> finish();

 private:
  Result<void> change(Transaction& transaction, Timestamp now);
  Story story() const noexcept { return {"password.changed", context_, user_, session_}; }

  const AuthParts* parts_;
  RequestContext context_;
  UserId user_;
  SessionId session_;
  PasswordChange request_;
  account::Account account_;
  account::Credential credential_;
  bool current_is_right_ = false;
  std::string hash_;
  std::optional<session::Revocation> revocation_;
};

}  // namespace watchword::auth
