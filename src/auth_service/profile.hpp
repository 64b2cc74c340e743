#pragma once

#include "auth_service/parts.hpp"

namespace watchword::auth {

Result<account::Account> update_profile(const AuthParts& parts, const RequestContext& context,
                                        const session::Principal& principal, const ProfileUpdate& update);

Result<void> activate(const AuthParts& parts, const RequestContext& context, UserId user);
/// Ends all sessions and voids open codes in the same transaction.
Result<void> deactivate(const AuthParts& parts, const RequestContext& context, UserId user);

}  // namespace watchword::auth
