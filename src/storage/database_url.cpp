#include <new>
#include <string>

#include <watchword/storage/database_url.hpp>

#include "storage/percent_encoding.hpp"

namespace watchword {
namespace {

using Engine = DatabaseUrl::Engine;

Error malformed(std::string_view reason) noexcept {
  return Error(Errc::misconfigured, "database_url",
               "Use a DATABASE_URL like sqlite:///./watchword.db or postgresql://host/name.")
      .with_reason(reason);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view before(std::string_view text, std::string_view any_of) noexcept {
  return text.substr(0, text.find_first_of(any_of));
}

Result<DatabaseUrl> parse_sqlite(std::string_view rest) {
  rest = before(rest, "?#");
  if (!rest.empty() && rest.front() != '/') return malformed("an SQLite URL names no host: write sqlite:///path");
  if (!rest.empty()) rest.remove_prefix(1);
  DatabaseUrl url;
  if (rest.empty()) rest = ":memory:";
  if (!percent_decode(rest, url.target) || has_control(url.target)) {
    return malformed("a bad percent-escape or a control character in the path");
  }
  url.display = "sqlite:///" + url.target;
  return url;
}

Result<DatabaseUrl> parse_postgresql(std::string_view rest) {
  std::string_view authority = before(rest, "/?#");
  // Then what stands before may be half a password, and what would be shown of it the other half.
  if (rest.find('@', authority.size()) != std::string_view::npos) {
    return malformed("an @ after the host: write / ? # @ as %2F %3F %23 %40 in user name, password and query");
  }
  std::string_view path = before(rest.substr(authority.size()), "?#");
  std::string_view host = authority.substr(authority.rfind('@') + 1);
  DatabaseUrl url;
  url.engine = Engine::postgresql;
  url.target = "postgresql://" + std::string(rest);
  url.display = "postgresql://" + std::string(host) + std::string(path);
  return url;
}

Result<DatabaseUrl> parse(std::string_view text) {
  auto end = text.find("://");
  if (end == std::string_view::npos) return malformed("there is no :// in it");
  if (has_control(text)) return malformed("there is a control character in it");
  std::string engine = lower(before(text.substr(0, end), "+"));
  std::string_view rest = text.substr(end + 3);
  if (engine == "sqlite") return parse_sqlite(rest);
  if (engine == "postgresql" || engine == "postgres") return parse_postgresql(rest);
  return malformed("the engine is neither sqlite nor postgresql");
}

}  // namespace

Result<DatabaseUrl> parse_database_url(std::string_view url) noexcept {
  try {
    return parse(url);
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
}

}  // namespace watchword
