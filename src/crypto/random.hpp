#pragma once

#include <array>

#include <watchword/base/result.hpp>
#include <watchword/base/rng.hpp>
#include <watchword/base/secret.hpp>

namespace watchword::crypto {

/// `size` fresh random bytes.
inline Result<Secret> random_secret(Rng& rng, std::size_t size) noexcept {
  auto secret = Secret::of_size(size);
  if (!secret) return secret;
  auto filled = rng.fill(secret->writable(), size);
  if (!filled) return filled.error();
  return secret;
}

}  // namespace watchword::crypto
