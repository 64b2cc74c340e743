#include "http/identity.hpp"

#include "http/ascii.hpp"
#include "http/cookies.hpp"
#include "http/origin.hpp"

namespace watchword::http {
namespace {

Error malformed_token() noexcept {
  return Error(Errc::unauthenticated, "token_malformed", "Send one bearer token.").with_reason("authorization");
}

/// RFC 6750 section 2.1: the scheme in any case, spaces, one token68.
Result<Credentials> read_bearer(std::string_view field) noexcept {
  field = trimmed(field);
  auto space = field.find(' ');
  if (!equal_ignoring_case(field.substr(0, space), "Bearer")) return token_missing();
  if (space == std::string_view::npos) return malformed_token();
  auto token = trimmed(field.substr(space));
  if (!consists_of(token, "-._~+/=")) return malformed_token();
  return Credentials{Credentials::Source::header, token, {}};
}

/// The refresh token is what proves the session; but a session that has ended is not to be asked for another token.
bool can_be_renewed(const Credentials& credentials, const Error& error) noexcept {
  auto code = error.code();
  return !credentials.refresh.empty() &&
         (code == "token_expired" || code == "token_key_unknown" || code == "token_malformed");
}

bool names_prefetch(std::optional<std::string_view> field) noexcept {
  return field && equal_ignoring_case(trimmed(field->substr(0, 8)), "prefetch");
}

/// Fetched ahead of the user's wish, perhaps never shown: its reply may be thrown away, and new cookies with it.
bool is_prefetch(const Request& request) noexcept {
  return names_prefetch(request.header("Sec-Purpose")) || names_prefetch(request.header("Purpose")) ||
         names_prefetch(request.header("X-Moz"));
}

}  // namespace

Error token_missing() noexcept {
  return {Errc::unauthenticated, "token_missing", "Sign in, and send the access token."};
}

Result<Credentials> read_credentials(const Request& request, bool cookies) noexcept {
  auto fields = request.count("Authorization");
  if (fields > 1) return malformed_token();
  if (fields == 1) return read_bearer(*request.header("Authorization"));
  if (!cookies) return Credentials();
  auto found = read_session_cookies(request);
  if (!found) return found.error();
  if (found->access.empty() && found->refresh.empty()) return Credentials();
  return Credentials{Credentials::Source::cookies, found->access, found->refresh};
}

Result<std::optional<session::Principal>> identify(const session::AccessGuard& guard, const Request& request,
                                                   const Credentials& credentials,
                                                   const std::vector<std::string>& allowed_origins) noexcept {
  if (credentials.source == Credentials::Source::none) return token_missing();
  if (credentials.source == Credentials::Source::cookies && !is_safe_method(request.method)) {
    if (auto trusted = require_trusted_origin(request, allowed_origins); !trusted) return trusted.error();
  }
  if (!credentials.access.empty()) {
    auto principal = guard.check(credentials.access);
    if (principal) return std::optional(*principal);
    if (!can_be_renewed(credentials, principal.error())) return principal.error();
  }
  if (is_prefetch(request)) {
    return Error(Errc::unauthenticated, "token_expired", "Sign in again, or refresh the access token.");
  }
  return std::optional<session::Principal>();
}

Result<Renewal> renew(Watchword& watchword, const RequestContext& context, const Credentials& credentials) noexcept {
  auto pair = watchword.auth().refresh(context, credentials.refresh);
  if (!pair) return pair.error();
  auto principal = watchword.guard().check(pair->access.value);
  if (!principal) return principal.error();
  return Renewal{*principal, std::move(*pair)};
}

}  // namespace watchword::http
