#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <watchword/options.hpp>

namespace example {

/// What the environment asks for. See README.md for the variables.
struct Settings final {
  watchword::Options options;
  std::string secret_path;  ///< where SECRET_KEY's stand-in is or has to be made; empty: it is not needed
  std::vector<std::string> cors_origins;
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;
  std::string tls_certificate;  ///< PEM text
  std::string tls_key;          ///< PEM text
  std::string tls_files;        ///< where they are, for messages
  std::string redis_url;        ///< may hold a password
  std::string mail_folder;      ///< of MAIL_URL=file:///...
  bool log_requests = true;
};

/// Reads the environment and the files that it names; writes nothing. Each error (misconfigured) says in its reason
/// which variable to change and how; no value that could be a secret is repeated.
watchword::Result<Settings> read_settings();

}  // namespace example
