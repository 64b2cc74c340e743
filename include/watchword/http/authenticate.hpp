#pragma once

#include <vector>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/http/message.hpp>
#include <watchword/session/principal.hpp>
#include <watchword/watchword.hpp>

namespace watchword::http {

struct Authenticated final {
  session::Principal principal;
  /// Fields that the host adds to its response: new cookies after an automatic refresh, Cache-Control, Vary.
  std::vector<Field> headers;
};

/// Who a request to one of the host's own routes is from: by `Authorization: Bearer`, or by cookies where there is no
/// Authorization header at all. An unsafe method with cookies must come from the host's own origin (Origin or
/// Sec-Fetch-Site). An expired access cookie beside a good refresh cookie is refreshed on the way, which reads and
/// writes the database, and is left to a later request where this one is a prefetch; everything else reads
/// none, unless the guard asks the store (GuardMode).
/// Errors: `token_missing`, those of AccessGuard and of AuthService::refresh; `origin_refused` (forbidden). Answer
/// errors with refusal().
WATCHWORD_EXPORT Result<Authenticated> authenticate(Watchword& watchword, const Request& request,
                                                    const std::vector<std::string>& allowed_origins = {}) noexcept;

/// The problem-details response for an error, with WWW-Authenticate, Retry-After and no-store where they belong.
WATCHWORD_EXPORT Response refusal(const Error& error) noexcept;

}  // namespace watchword::http
