#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <watchword/base/result.hpp>
#include <watchword/http/message.hpp>
#include <watchword/session/session_issuer.hpp>

namespace watchword::http {

constexpr std::string_view kAccessCookie = "__Host-watchword_access";
constexpr std::string_view kRefreshCookie = "__Host-watchword_refresh";
/// Browsers keep no cookie of more than 4096 bytes, name included; attributes are not counted.
constexpr std::size_t kMaxCookieValue = 4000;

/// Our cookies of a request, "" where absent; views into the request.
struct SessionCookies final {
  std::string_view access;
  std::string_view refresh;
};

/// Reads all Cookie fields (HTTP/2 may split them), at most 16 KiB together. Other names' cookies are not looked at.
/// Error: `token_malformed` (unauthenticated): one of ours twice, empty, or with foreign characters.
Result<SessionCookies> read_session_cookies(const Request& request) noexcept;

/// Values of the Set-Cookie fields that hand a pair to the browser, and that take it away. May throw std::bad_alloc.
std::vector<std::string> session_cookies(const session::TokenPair& pair, Timestamp now);
std::vector<std::string> cleared_session_cookies();

}  // namespace watchword::http
