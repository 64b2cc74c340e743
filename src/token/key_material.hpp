#pragma once

#include <watchword/base/bytes.hpp>

namespace watchword {

/// Whether a symmetric key is text that the world knows: a public key in PEM, DER, OpenSSH or JWK form, also behind
/// white space, NUL or a BOM. A second line of defence: an algorithm belongs to its key here, so that no public key is
/// ever taken for a symmetric one.
bool looks_public(ByteView key) noexcept;

/// Whether a key is an example that somebody forgot to change, or one byte repeated.
bool looks_like_placeholder(ByteView key) noexcept;

}  // namespace watchword
