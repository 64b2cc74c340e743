#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <watchword/base/request_context.hpp>
#include <watchword/base/result.hpp>
#include <watchword/http/message.hpp>
#include <watchword/session/principal.hpp>
#include <watchword/session/session_issuer.hpp>
#include <watchword/watchword.hpp>

namespace watchword::http {

/// The credentials that a request carries, unchecked; views into the request.
struct Credentials final {
  enum class Source : std::uint8_t { none, header, cookies };
  Source source = Source::none;
  std::string_view access;
  std::string_view refresh;  ///< from cookies only
};

/// An Authorization field, valid or not, excludes cookies. Errors (unauthenticated): `token_missing` (another scheme
/// than Bearer), `token_malformed` (several fields, or not exactly one token).
Result<Credentials> read_credentials(const Request& request, bool cookies) noexcept;

/// The principal of the access token; nothing where it has expired, cannot be read any more (its key has gone), or is
/// no more, and the refresh cookie has to be exchanged by renew() first. Errors: `token_missing`, those of AccessGuard
/// (unauthenticated), `origin_refused` (forbidden).
Result<std::optional<session::Principal>> identify(const session::AccessGuard& guard, const Request& request,
                                                   const Credentials& credentials,
                                                   const std::vector<std::string>& allowed_origins) noexcept;

struct Renewal final {
  session::Principal principal;
  session::TokenPair tokens;
};

/// Exchanges the refresh cookie; reads and writes the database. Errors: those of AuthService::refresh.
Result<Renewal> renew(Watchword& watchword, const RequestContext& context, const Credentials& credentials) noexcept;

Error token_missing() noexcept;

}  // namespace watchword::http
