#include "storage/postgres/url.hpp"

#include <string_view>

#include <watchword/storage/database_url.hpp>

namespace watchword::postgres {
namespace {

Error malformed(std::string_view reason) noexcept {
  return Error(Errc::misconfigured, "database_url", "Use a DATABASE_URL like postgresql://user@host/name.")
      .with_reason(reason);
}

bool is_off(std::string_view value) noexcept { return value == "off" || value == "false" || value == "0"; }
bool is_on(std::string_view value) noexcept { return value == "on" || value == "true" || value == "1"; }

Result<void> add(Url& url, std::string_view name, std::string_view value, char separator) {
  if (name == "prepared_statements") {
    if (!is_off(value) && !is_on(value)) return malformed("prepared_statements is on or off");
    url.prepared_statements = is_on(value);
    return {};
  }
  // asyncpg's spelling; its "true" and "false" are SQLAlchemy's.
  if (name == "ssl") {
    name = "sslmode";
    if (value == "true" || value == "True") value = "require";
    if (value == "false" || value == "False") value = "disable";
  }
  url.text += separator;
  url.text += name;
  url.text += '=';
  url.text += value;
  return {};
}

}  // namespace

Result<Url> parse_url(const std::string& text) {
  auto parsed = parse_database_url(text);
  if (!parsed) return parsed.error();
  if (parsed->engine != DatabaseUrl::Engine::postgresql) return malformed("the engine is not postgresql");
  std::string_view target = parsed->target;
  const auto question = target.find('?');
  Url url;
  url.text = target.substr(0, question);
  if (question == std::string_view::npos) return url;
  char separator = '?';
  for (std::string_view rest = target.substr(question + 1); !rest.empty();) {
    std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(pair.size() < rest.size() ? pair.size() + 1 : rest.size());
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return malformed("a parameter without a value");
    const auto size = url.text.size();
    if (auto added = add(url, pair.substr(0, equals), pair.substr(equals + 1), separator); !added) return added.error();
    if (url.text.size() > size) separator = '&';
  }
  return url;
}

}  // namespace watchword::postgres
