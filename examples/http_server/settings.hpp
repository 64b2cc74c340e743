#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <watchword/base/log.hpp>
#include <watchword/options.hpp>

namespace example {

/// What the environment asks for. See README.md for the variables.
struct Settings final {
  watchword::Options options;
  std::vector<std::string> cors_origins;
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;
  std::string tls_certificate;  ///< PEM text
  std::string tls_key;          ///< PEM text
  std::string mail_folder;      ///< of MAIL_URL=file:///...
  bool log_requests = true;
};

/// Reads the environment. Each error (misconfigured) says in its reason which variable to change and how; no value that
/// could be a secret is repeated.
watchword::Result<Settings> read_settings(watchword::LogSink& log);

}  // namespace example
