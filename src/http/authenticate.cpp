#include <watchword/http/authenticate.hpp>

#include "http/context.hpp"
#include "http/cookies.hpp"
#include "http/identity.hpp"
#include "http/problem.hpp"

namespace watchword::http {
namespace {

Result<Authenticated> renewed(Watchword& watchword, const Request& request, const Credentials& credentials) {
  auto ids = RequestIds::create();
  if (!ids) return ids.error();
  auto renewal = renew(watchword, context_of(request, ids->id_of(request)), credentials);
  if (!renewal) return renewal.error();
  Authenticated authenticated{renewal->principal, {{"Vary", "Cookie"}, {"Cache-Control", "no-store"}}};
  for (auto& cookie : session_cookies(renewal->tokens, watchword.clock().now())) {
    authenticated.headers.emplace_back("Set-Cookie", std::move(cookie));
  }
  return authenticated;
}

Result<Authenticated> authenticated(Watchword& watchword, const Request& request,
                                    const std::vector<std::string>& allowed_origins) {
  auto credentials = read_credentials(request, true);
  if (!credentials) return credentials.error();
  auto principal = identify(watchword.guard(), request, *credentials, allowed_origins);
  if (!principal) return principal.error();
  if (!*principal) return renewed(watchword, request, *credentials);
  Authenticated found{**principal, {}};
  if (credentials->source == Credentials::Source::cookies) found.headers.emplace_back("Vary", "Cookie");
  return found;
}

}  // namespace

Result<Authenticated> authenticate(Watchword& watchword, const Request& request,
                                   const std::vector<std::string>& allowed_origins) noexcept {
  try {
    return authenticated(watchword, request, allowed_origins);
  } catch (...) {
    return out_of_memory();
  }
}

}  // namespace watchword::http
