#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <watchword/base/request_context.hpp>
#include <watchword/session/session_issuer.hpp>

namespace watchword::session {

/// The host's own claims; asked for outside every transaction, since the port is a callback.
Result<std::vector<ExtraClaim>> host_claims(const SessionIssuer::Parts& parts, UserId user, SessionId session) noexcept;

/// An access token of the session, which does not outlive it. May throw std::bad_alloc.
Result<AccessToken> mint_access_token(const SessionIssuer::Parts& parts, const Session& session,
                                      std::vector<ExtraClaim> extra, Timestamp now);

/// Text of a client as it is fit to be stored: at most `size` bytes, well-formed UTF-8 without controls; what is not
/// turns into question marks. May throw std::bad_alloc.
std::string storable(std::string_view text, std::size_t size);

}  // namespace watchword::session
