#pragma once

#include <optional>
#include <string_view>

#include <watchword/base/error.hpp>
#include <watchword/http/message.hpp>

namespace example {

/// Why a request cannot be read on.
struct FramingRefusal final {
  int status;
  watchword::Literal code;
  watchword::Literal detail;
};

/// What the target and the header fields say that makes reading the body pointless or unsafe (RFC 9112 sections 3, 5
/// and 6); nothing if it may be read. Whatever two programs could read in two ways is refused, so that nobody can
/// smuggle a request past a proxy. `version` is "HTTP/1.1" or the like.
std::optional<FramingRefusal> framing_refusal(const watchword::http::Request& request, std::string_view version,
                                              std::size_t most_body);

}  // namespace example
