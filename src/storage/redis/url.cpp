#include "storage/redis/url.hpp"

#include <charconv>
#include <limits>
#include <string_view>

#include "storage/percent_encoding.hpp"
#include "storage/redis/error.hpp"

namespace watchword::redis {
namespace {

std::string_view before(std::string_view text, std::string_view any_of) noexcept {
  return text.substr(0, text.find_first_of(any_of));
}

bool read_number(std::string_view text, int least, int most, int& into) noexcept {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size() && into >= least && into <= most;
}

Result<void> read_text(std::string_view text, std::string& into) {
  if (!percent_decode(text, into)) return bad_url("a bad percent-escape");
  if (has_control(into)) return bad_url("a control character in it");
  return {};
}

Result<void> read_password(std::string_view text, Secret& into) {
  std::string decoded;
  if (!percent_decode(text, decoded)) return bad_url("a bad percent-escape");
  auto secret = Secret::copy_of(decoded);
  secure_zero(decoded.data(), decoded.size());
  if (!secret) return secret.error();
  into = *std::move(secret);
  return {};
}

Result<void> read_user(std::string_view text, Url& url) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size()) return bad_url("a user without a password");
  if (auto user = read_text(text.substr(0, colon), url.user); !user) return user;
  return read_password(text.substr(colon + 1), url.password);
}

Result<void> read_host(std::string_view text, Url& url) {
  std::string_view host = before(text, ":");
  if (!text.empty() && text.front() == '[') {
    host = before(text.substr(1), "]");
    if (host.size() + 2 > text.size()) return bad_url("a bracket is not closed");
    text.remove_prefix(host.size() + 2);
  } else {
    text.remove_prefix(host.size());
  }
  if (host.empty()) return bad_url("it names no host");
  if (!text.empty() && (text.front() != ':' || !read_number(text.substr(1), 1, 65535, url.port))) {
    return bad_url("a port is a number from 1 to 65535");
  }
  return read_text(host, url.host);
}

Result<void> read_database(std::string_view text, Url& url) {
  if (text.empty() || read_number(text, 0, std::numeric_limits<int>::max(), url.database)) return {};
  return bad_url("a database is a number from 0");
}

Result<void> read_parameter(std::string_view name, std::string_view value, Url& url) {
  if (!url.socket.empty() && name == "db") return read_database(value, url);
  if (url.tls && name == "sslrootcert") return read_text(value, url.authorities);
  if (url.tls && name == "sslcert") return read_text(value, url.certificate);
  if (url.tls && name == "sslkey") return read_text(value, url.key);
  return bad_url("a parameter that is not known here");
}

Result<void> read_query(std::string_view rest, Url& url) {
  while (!rest.empty()) {
    const std::string_view pair = before(rest, "&");
    rest.remove_prefix(pair.size() < rest.size() ? pair.size() + 1 : rest.size());
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return bad_url("a parameter without a value");
    if (auto read = read_parameter(pair.substr(0, equals), pair.substr(equals + 1), url); !read) return read;
  }
  if (url.certificate.empty() != url.key.empty()) return bad_url("sslcert and sslkey go together");
  return {};
}

Result<void> read_path(std::string_view path, bool is_socket, Url& url) {
  if (!is_socket) return read_database(path.empty() ? path : path.substr(1), url);
  if (path.size() < 2) return bad_url("it names no socket: write unix:///path");
  return read_text(path, url.socket);
}

Result<void> read(std::string_view text, Url& url) {
  const auto scheme = text.substr(0, text.find("://"));
  const bool is_socket = scheme == "unix";
  url.tls = scheme == "rediss";
  if (!is_socket && !url.tls && scheme != "redis") return bad_url("it begins with redis://, rediss:// or unix://");
  text.remove_prefix(scheme.size() + 3);
  if (text.find('#') != std::string_view::npos) return bad_url("there is a # in it; write %23");
  const std::string_view query = text.substr(before(text, "?").size());
  text.remove_suffix(query.size());
  std::string_view authority = before(text, "/");
  const std::string_view path = text.substr(authority.size());
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    if (auto user = read_user(authority.substr(0, at), url); !user) return user;
    authority.remove_prefix(at + 1);
  }
  if (is_socket && !authority.empty()) return bad_url("a socket has no host: write unix:///path");
  if (!is_socket) {
    if (auto host = read_host(authority, url); !host) return host;
  }
  if (auto named = read_path(path, is_socket, url); !named) return named;
  return read_query(query.empty() ? query : query.substr(1), url);
}

}  // namespace

Result<Url> parse_url(const std::string& text) {
  if (text.find("://") == std::string::npos) return bad_url("there is no :// in it");
  Url url;
  if (auto done = read(text, url); !done) return done.error();
  return url;
}

}  // namespace watchword::redis
