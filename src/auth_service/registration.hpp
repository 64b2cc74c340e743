#pragma once

#include <optional>
#include <string>

#include "auth_service/parts.hpp"

namespace watchword::auth {

class RegistrationFlow final {
 public:
  using Value = account::Account;
  RegistrationFlow(const AuthParts& parts, const RequestContext& context, Registration request)
      : parts_(&parts), context_(context), request_(std::move(request)) {}

  Result<void> prepare();
  Result<void> hash();
  Result<Value> finish();

 private:
  Result<void> validate();
  Result<void> check_free() const;
  Result<void> insert(Transaction& transaction, Timestamp now);
  Error refuse(const Error& error) const noexcept;

  const AuthParts* parts_;
  RequestContext context_;
  Registration request_;
  std::optional<account::EmailAddress> email_;
  std::optional<account::UserName> username_;
  std::string hash_;
  std::optional<account::Account> made_;
};

}  // namespace watchword::auth
