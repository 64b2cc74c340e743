#pragma once

#include <string>

namespace watchword {

/// Who asks, as far as the transport knows. The first argument of every operation; kept with sessions and audit
/// events, and authorises nothing. All fields may be empty; longer ones are cut to the sizes named.
struct RequestContext final {
  std::string client_address;  ///< textual IP address of the client, as the configured proxies vouch for it; 64 bytes
  std::string user_agent;      ///< 256 bytes
  std::string device;          ///< a label that the client gives its device; 64 bytes
  std::string request_id;      ///< ties log lines and audit events to the request; 64 bytes
};

}  // namespace watchword
