#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <watchword/session/refresh_token_store.hpp>
#include <watchword/session/session_issuer.hpp>
#include <watchword/session/session_policy.hpp>

#include "crypto/digest.hpp"

namespace watchword::session {

/// Derives refresh successors: HMAC-SHA-256(key, session || generation || nonce || presented token).
class RefreshKeys final {
 public:
  /// May throw std::bad_alloc. Error: `refresh_keys` (misconfigured).
  static Result<RefreshKeys> create(const std::vector<RefreshKey>& keys);

  /// The key that new successors are derived with.
  const std::string& current() const noexcept { return keys_.front().id; }
  /// The successor of `presented`, of which `row` tells session and generation. Empty: there is no such key.
  Result<std::optional<OpaqueToken>> derive(std::string_view key_id, const RefreshToken& row,
                                            const Derivation::Nonce& nonce,
                                            const OpaqueToken& presented) const noexcept;

 private:
  struct Key final {
    std::string id;
    crypto::HmacKey hmac;
  };
  std::vector<Key> keys_;
};

}  // namespace watchword::session
