#pragma once

#include <cstddef>
#include <string_view>

#include <watchword/base/result.hpp>

#include "token/keys.hpp"

namespace watchword {

/// The parts of a compact JWS (RFC 7515 section 7.1), still encoded.
struct JwsParts final {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signed_text;  ///< header, dot and payload, as received
};

/// What the header must say besides what every header must.
struct JwsExpectation final {
  std::string_view typ;      ///< "": not looked at
  bool kid_required = true;  ///< else a set of one key needs none
};

/// Exactly three parts within `max_size` bytes. Allocates nothing. Error: `token_malformed`.
Result<JwsParts> split_jws(std::string_view token, std::size_t max_size) noexcept;

/// The one key that may have signed, found by the header. Errors: `token_malformed`, `token_key_unknown`,
/// `token_algorithm`. May throw std::bad_alloc.
Result<const TokenKey*> select_key(std::string_view header, const KeySet::Keys& keys, const JwsExpectation& expected);

}  // namespace watchword
