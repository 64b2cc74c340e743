#pragma once

#include <string_view>

#include <watchword/base/error.hpp>

namespace watchword {

/// A token is not accepted: all of these look alike to its bearer but for the code.
inline Error refuse_token(Literal code, std::string_view reason) noexcept {
  return Error(Errc::unauthenticated, code, "The token is not valid. Sign in again.").with_reason(reason);
}

/// What a parser's error means for the token: text that is no JSON refuses it, want of memory does not judge it.
inline Error refuse_json(Literal code, std::string_view part, const Error& error) noexcept {
  if (error.kind() != Errc::invalid_input) return error;
  return refuse_token(code, part).with_reason(error.reason());
}

}  // namespace watchword
