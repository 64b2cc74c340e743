#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <watchword/base/result.hpp>
#include <watchword/http/message.hpp>

namespace watchword::http {

constexpr bool is_safe_method(std::string_view method) noexcept { return method == "GET" || method == "HEAD"; }

/// True for `https://host[:port]` as browsers write it (RFC 6454 section 6.2): http or https, lower case, a port only
/// where it is not the scheme's own, nothing after it. "*" and "null" are none.
bool is_exact_origin(std::string_view text) noexcept;

/// The entry of `allowed` that the request's only Origin field equals; null where none does.
const std::string* listed_origin(const Request& request, const std::vector<std::string>& allowed) noexcept;

/// Whether a request with cookies comes from a page that may use them: its Origin is the host's own (Host and
/// `request.secure`) or listed, or the browser itself says that it is from the same origin, or, without Origin, from no
/// page at all. Error: `origin_refused` (forbidden).
Result<void> require_trusted_origin(const Request& request, const std::vector<std::string>& allowed) noexcept;

}  // namespace watchword::http
