#pragma once

#include <string_view>

#include <watchword/base/error.hpp>

namespace watchword {

/// A token is not accepted: all of these look alike to its bearer but for the code.
inline Error refuse_token(Literal code, std::string_view reason) noexcept {
  return Error(Errc::unauthenticated, code, "The token is not valid. Sign in again.").with_reason(reason);
}

}  // namespace watchword
