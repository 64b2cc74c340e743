#include "settings.hpp"

#include <charconv>

#include <watchword/storage/postgres.hpp>

#include "files.hpp"
#include "key_settings.hpp"
#include "variables.hpp"

namespace example {
namespace {

using watchword::Result;

Result<void> read_listener(Settings& settings) {
  if (auto host = variable("HOST")) settings.host = *host;
  auto text = variable("PORT");
  if (!text) return {};
  unsigned port = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), port);
  if (error != std::errc() || end != text->data() + text->size() || port > 65535) {
    return refused("PORT", "use a number from 0 (any free port) to 65535");
  }
  settings.port = static_cast<std::uint16_t>(port);
  return {};
}

Result<void> read_tls(Settings& settings) {
  auto certificate = telling_variable("TLS_CERT");
  if (!certificate) return certificate.error();
  auto key = telling_variable("TLS_KEY");
  if (!key) return key.error();
  if (certificate->has_value() != key->has_value()) {
    return refused("TLS_CERT, TLS_KEY", "set both to PEM files, or neither");
  }
  if (!*certificate) return {};
  auto certificate_text = read_named_file("TLS_CERT", **certificate, Privacy::none);
  if (!certificate_text) return certificate_text.error();
  auto key_text = read_named_file("TLS_KEY", **key, Privacy::owner);
  if (!key_text) return key_text.error();
  settings.tls_certificate = *std::move(certificate_text);
  settings.tls_key = *std::move(key_text);
  settings.tls_files = "TLS_CERT=" + **certificate + ", TLS_KEY=" + **key;
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

Result<Settings> read_settings() {
  Settings settings;
  auto& options = settings.options;
  if (auto url = variable("DATABASE_URL")) options.database_url = *url;
  if (auto url = variable("FEED_DATABASE_URL")) options.feed_database_url = *url;
  options.postgres = &watchword::postgres::driver();
  if (auto url = variable("REDIS_URL")) settings.redis_url = *url;
  if (auto issuer = variable("ISSUER")) options.tokens.issuer = *issuer;
  if (auto audience = variable("AUDIENCE")) options.tokens.audience = *audience;
  if (auto origins = variable("CORS_ORIGINS")) settings.cors_origins = split(*origins, ',');
  for (auto read : {read_listener, read_tls, read_mail, read_log_level, read_keys}) {
    auto done = read(settings);
    if (!done) return done.error();
  }
  return settings;
}

}  // namespace example
