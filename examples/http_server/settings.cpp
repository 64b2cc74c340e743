#include "settings.hpp"

#include <charconv>
#include <cstdlib>
#include <optional>

#include <watchword/storage/database_url.hpp>
#include <watchword/storage/postgres.hpp>

#include "secret_file.hpp"

namespace example {
namespace {

using watchword::DatabaseUrl;
using watchword::Errc;
using watchword::Error;
using watchword::Result;
using watchword::Secret;

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

Error refused(std::string_view name, std::string_view what) {
  return Error(Errc::misconfigured, "environment", "Change the environment variable.")
      .with_reason(name)
      .with_reason(": ")
      .with_reason(what);
}

std::vector<std::string> split(const std::string& list, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= list.size()) {
    std::size_t end = list.find(separator, begin);
    if (end == std::string::npos) end = list.size();
    std::string part = list.substr(begin, end - begin);
    while (!part.empty() && part.front() == ' ') part.erase(0, 1);
    while (!part.empty() && part.back() == ' ') part.pop_back();
    if (!part.empty()) parts.push_back(std::move(part));
    begin = end + 1;
  }
  return parts;
}

Result<void> secret_variable(const char* name, Secret& into) {
  auto text = variable(name);
  if (!text) return {};
  auto secret = Secret::copy_of(*text);
  if (!secret) return secret.error();
  into = *std::move(secret);
  return {};
}

// "id:key" or only the key, several by commas; the first derives.
Result<void> read_root_keys(watchword::Options& options) {
  auto text = variable("WATCHWORD_ROOT_KEY");
  if (!text) return {};
  for (const auto& part : split(*text, ',')) {
    std::size_t colon = part.find(':');
    watchword::RootKey root;
    root.id = colon == std::string::npos ? "1" : part.substr(0, colon);
    auto key = Secret::copy_of(std::string_view(part).substr(colon == std::string::npos ? 0 : colon + 1));
    if (!key) return key.error();
    if (key->size() < 32) return refused("WATCHWORD_ROOT_KEY", "each key needs at least 32 characters (id:key,id:key)");
    root.key = *std::move(key);
    options.root_keys.push_back(std::move(root));
  }
  return {};
}

/// The text of the file that a variable names. An empty one is refused: taken for absent, it would switch off what the
/// variable asks for.
Result<std::string> file_variable(const char* name, const std::string& path) {
  auto text = read_file(path);
  if (text && text->empty()) return refused(name, "the file " + path + " is empty");
  return text;
}

Result<void> read_keys(Settings& settings, watchword::LogSink& log) {
  auto& options = settings.options;
  if (auto path = variable("WATCHWORD_KEYS_FILE")) {
    auto text = file_variable("WATCHWORD_KEYS_FILE", *path);
    if (!text) return text.error();
    options.keys_json = *std::move(text);
  }
  for (auto& [name, secret] : {std::pair<const char*, Secret*>{"SECRET_KEY", &options.secret_key},
                               std::pair<const char*, Secret*>{"SECRET_KEY_PREVIOUS", &options.secret_key_previous}}) {
    auto read = secret_variable(name, *secret);
    if (!read) return read;
  }
  auto roots = read_root_keys(options);
  if (!roots || !options.secret_key.empty()) return roots;
  if (!options.keys_json.empty() && !options.root_keys.empty()) return {};

  auto url = watchword::parse_database_url(options.database_url);
  if (!url) return url.error();
  if (url->engine != DatabaseUrl::Engine::sqlite) {
    return refused("SECRET_KEY", "set it to 32 or more random characters, for instance from: openssl rand -hex 32");
  }
  bool made = false;
  std::string path = url->target == ":memory:" ? "watchword.secret" : url->target + ".secret";
  auto secret = read_or_make_secret(path, made);
  if (!secret) return secret.error();
  options.secret_key = *std::move(secret);
  log.write(
      watchword::Severity::warning, made ? "secret_key_made" : "secret_key_file",
      (made ? "SECRET_KEY is not set; a random one was made in " : "SECRET_KEY is not set; using the one in ") + path);
  return {};
}

Result<void> read_listener(Settings& settings) {
  if (auto host = variable("HOST")) settings.host = *host;
  if (auto text = variable("PORT")) {
    unsigned port = 0;
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), port);
    if (error != std::errc() || end != text->data() + text->size() || port > 65535) {
      return refused("PORT", "use a number from 0 (any free port) to 65535");
    }
    settings.port = static_cast<std::uint16_t>(port);
  }
  auto certificate = variable("TLS_CERT");
  auto key = variable("TLS_KEY");
  if (certificate.has_value() != key.has_value())
    return refused("TLS_CERT, TLS_KEY", "set both to PEM files, or neither");
  if (!certificate) return {};
  auto certificate_text = file_variable("TLS_CERT", *certificate);
  if (!certificate_text) return certificate_text.error();
  auto key_text = file_variable("TLS_KEY", *key);
  if (!key_text) return key_text.error();
  settings.tls_certificate = *std::move(certificate_text);
  settings.tls_key = *std::move(key_text);
  return {};
}

Result<void> read_mail(Settings& settings) {
  auto url = variable("MAIL_URL");
  if (!url) return {};
  constexpr std::string_view scheme = "file://";
  if (url->compare(0, scheme.size(), scheme) != 0 || url->size() <= scheme.size() + 1 || (*url)[scheme.size()] != '/') {
    return refused("MAIL_URL", "this build writes files only; use file:///absolute/folder");
  }
  settings.mail_folder = url->substr(scheme.size());
  return {};
}

Result<void> read_log_level(Settings& settings) {
  auto level = variable("LOG_LEVEL");
  if (!level) return {};
  if (*level != "info" && *level != "warning") return refused("LOG_LEVEL", "use info or warning");
  settings.log_requests = *level == "info";
  return {};
}

}  // namespace

Result<Settings> read_settings(watchword::LogSink& log) {
  Settings settings;
  auto& options = settings.options;
  if (auto url = variable("DATABASE_URL")) options.database_url = *url;
  if (auto url = variable("FEED_DATABASE_URL")) options.feed_database_url = *url;
  options.postgres = &watchword::postgres::driver();
  if (variable("REDIS_URL")) return refused("REDIS_URL", "this build has no Redis; unset it");
  if (auto issuer = variable("ISSUER")) options.tokens.issuer = *issuer;
  if (auto audience = variable("AUDIENCE")) options.tokens.audience = *audience;
  if (auto origins = variable("CORS_ORIGINS")) settings.cors_origins = split(*origins, ',');
  for (auto read : {read_listener, read_mail, read_log_level}) {
    auto done = read(settings);
    if (!done) return done.error();
  }
  auto keys = read_keys(settings, log);
  if (!keys) return keys.error();
  return settings;
}

}  // namespace example
