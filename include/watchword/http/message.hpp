#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <watchword/base/export.hpp>

namespace watchword::http {

/// A header field. Names are compared without regard to case.
using Field = std::pair<std::string, std::string>;

/// A request as the server received it, its body whole. The server bounds sizes; RestApi checks them again.
struct WATCHWORD_EXPORT Request final {
  std::string method;  ///< as sent: "GET"
  std::string target;  ///< path and query as sent, percent-escapes included
  std::vector<Field> headers;
  std::string body;
  std::string client_address;  ///< of the peer, or of the client if a trusted proxy vouches for it
  bool secure = false;         ///< came by TLS
  std::string request_id;      ///< for logs; made up by RestApi where empty

  /// The first field of that name; nothing where there is none.
  std::optional<std::string_view> header(std::string_view name) const noexcept;
  std::size_t count(std::string_view name) const noexcept;
};

struct WATCHWORD_EXPORT Response final {
  int status = 200;
  std::vector<Field> headers;  ///< without Content-Length
  std::string body;

  std::optional<std::string_view> header(std::string_view name) const noexcept;
};

}  // namespace watchword::http
