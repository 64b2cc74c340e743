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
  /// For logs and the answer's X-Request-Id, 1 to 64 of [A-Za-z0-9._-]; else the client's X-Request-Id of that form is
  /// taken, else one is made up.
  std::string request_id;

  /// The first field of that name; nothing where there is none.
  std::optional<std::string_view> header(std::string_view name) const noexcept;
  std::size_t count(std::string_view name) const noexcept;
};

struct WATCHWORD_EXPORT Response final {
  int status = 200;
  std::vector<Field> headers;  ///< without Content-Length
  std::string body;            ///< empty in answers to HEAD

  std::optional<std::string_view> header(std::string_view name) const noexcept;
};

}  // namespace watchword::http
