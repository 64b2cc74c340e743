#include "http/origin.hpp"

#include <algorithm>
#include <charconv>

#include "http/ascii.hpp"

namespace watchword::http {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

bool starts_with(std::string_view text, std::string_view prefix) noexcept {
  return text.substr(0, prefix.size()) == prefix;
}

std::string_view without_default_port(std::string_view authority, bool secure) noexcept {
  std::string_view port = secure ? ":443" : ":80";
  if (authority.size() > port.size() && authority.substr(authority.size() - port.size()) == port) {
    authority.remove_suffix(port.size());
  }
  return authority;
}

bool is_own(std::string_view origin, const Request& request) noexcept {
  std::string_view scheme = request.secure ? kHttps : kHttp;
  if (!starts_with(origin, scheme) || request.count("Host") != 1) return false;
  auto host = without_default_port(trimmed(*request.header("Host")), request.secure);
  return !host.empty() && equal_ignoring_case(origin.substr(scheme.size()), host);
}

/// Pages cannot set Sec-Fetch-Site, so its value is the browser's own word.
bool browser_says(const Request& request, std::string_view site) noexcept {
  return request.count("Sec-Fetch-Site") == 1 && request.header("Sec-Fetch-Site") == site;
}

bool is_trusted(const Request& request, const std::vector<std::string>& allowed) noexcept {
  auto origins = request.count("Origin");
  if (origins == 0) return browser_says(request, "same-origin") || browser_says(request, "none");
  auto origin = *request.header("Origin");
  if (origins > 1 || origin == "null") return false;
  return is_own(origin, request) || listed_origin(request, allowed) != nullptr || browser_says(request, "same-origin");
}

/// As a browser writes one: without leading zeros, and not at all if it is the scheme's own.
bool is_written_port(std::string_view text, std::string_view default_port) noexcept {
  unsigned port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && text.front() != '0' && port <= 65535 &&
         text != default_port;
}

}  // namespace

bool is_exact_origin(std::string_view text) noexcept {
  if (!starts_with(text, kHttp) && !starts_with(text, kHttps)) return false;
  auto host = text.substr(text.find("//") + 2);
  auto colon = host.rfind(':');
  auto bracket = host.rfind(']');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    if (!is_written_port(host.substr(colon + 1), starts_with(text, kHttps) ? "443" : "80")) return false;
    host = host.substr(0, colon);
  }
  if (std::any_of(host.begin(), host.end(), [](char c) { return lower(c) != c; })) return false;
  if (starts_with(host, "[") && bracket == host.size() - 1) return consists_of(host.substr(1, bracket - 1), ":.");
  return consists_of(host, "-._");
}

const std::string* listed_origin(const Request& request, const std::vector<std::string>& allowed) noexcept {
  if (allowed.empty() || request.count("Origin") != 1) return nullptr;
  auto found = std::find(allowed.begin(), allowed.end(), *request.header("Origin"));
  return found == allowed.end() ? nullptr : &*found;
}

Result<void> require_trusted_origin(const Request& request, const std::vector<std::string>& allowed) noexcept {
  if (is_trusted(request, allowed)) return {};
  return Error(Errc::forbidden, "origin_refused", "Send the request from a page of this site.");
}

}  // namespace watchword::http
