#include "http/cookies.hpp"

#include <algorithm>

#include "http/ascii.hpp"

namespace watchword::http {
namespace {

constexpr std::size_t kMaxCookieBytes = 16 * 1024;

Error malformed() noexcept {
  return Error(Errc::unauthenticated, "token_malformed", "Sign in again.").with_reason("cookies");
}

/// One `name=value` of a Cookie field. False: it is ours and not as we set it.
bool take_pair(std::string_view pair, SessionCookies& found) noexcept {
  auto equals = pair.find('=');
  auto name = trimmed(pair.substr(0, equals));
  std::string_view* slot = name == kAccessCookie ? &found.access : name == kRefreshCookie ? &found.refresh : nullptr;
  if (slot == nullptr) return true;
  if (equals == std::string_view::npos || !slot->empty()) return false;
  auto value = trimmed(pair.substr(equals + 1));
  *slot = value;
  return consists_of(value, "-_.") && value.size() <= kMaxCookieValue;
}

bool take_field(std::string_view field, SessionCookies& found) noexcept {
  for (;;) {
    auto end = field.find(';');
    if (!take_pair(field.substr(0, end), found)) return false;
    if (end == std::string_view::npos) return true;
    field.remove_prefix(end + 1);
  }
}

std::string set_cookie(std::string_view name, std::string_view value, std::int64_t max_age) {
  std::string out(name);
  out.append("=").append(value).append("; Max-Age=").append(std::to_string(max_age));
  return out.append("; Path=/; Secure; HttpOnly; SameSite=Lax");
}

}  // namespace

Result<SessionCookies> read_session_cookies(const Request& request) noexcept {
  SessionCookies found;
  std::size_t bytes = 0;
  for (const auto& [name, value] : request.headers) {
    if (!equal_ignoring_case(name, "Cookie")) continue;
    bytes += value.size();
    if (bytes > kMaxCookieBytes || !take_field(value, found)) return malformed();
  }
  return found;
}

std::vector<std::string> session_cookies(const session::TokenPair& pair, Timestamp now) {
  auto refresh_age = std::max<std::int64_t>((pair.refresh_expires_at - now).seconds(), 0);
  return {set_cookie(kAccessCookie, pair.access.value, pair.access.lifetime.seconds()),
          set_cookie(kRefreshCookie, pair.refresh.reveal(), refresh_age)};
}

std::vector<std::string> cleared_session_cookies() {
  return {set_cookie(kAccessCookie, "", 0), set_cookie(kRefreshCookie, "", 0)};
}

}  // namespace watchword::http
