#pragma once

#include <string>

#include <watchword/base/result.hpp>
#include <watchword/base/secret.hpp>

namespace watchword::redis {

struct Url final {
  std::string host;    ///< without the brackets of an IPv6 address; empty where it is a socket
  std::string socket;  ///< its path
  int port = 6379;
  int database = 0;
  std::string user;  ///< empty: the default user
  Secret password;   ///< empty: none is asked for
  bool tls = false;
  std::string authorities, certificate, key;  ///< PEM files for TLS; empty: the system's authorities, no certificate
};

/// Error: `redis_url` (misconfigured); its reason never repeats the URL.
Result<Url> parse_url(const std::string& url);

}  // namespace watchword::redis
