#include "session/refresh_keys.hpp"

#include <algorithm>
#include <utility>

namespace watchword::session {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::size_t kMostIdSize = 32;

Error refresh_keys(std::string_view reason) noexcept {
  return Error(Errc::misconfigured, "refresh_keys", "The keys for refresh tokens are not valid.").with_reason(reason);
}

/// Fit for a column of text in any database.
bool is_id(std::string_view id) noexcept {
  bool printable = std::all_of(id.begin(), id.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  return printable && !id.empty() && id.size() <= kMostIdSize;
}

using Seed = std::array<std::uint8_t, sizeof(SessionId::Bytes) + 8 + sizeof(Derivation::Nonce)>;

/// Every part has a fixed length, so that no two inputs run together to the same bytes.
Seed seed_of(const RefreshToken& row, const Derivation::Nonce& nonce) noexcept {
  Seed seed{};
  auto out = std::copy(row.session.bytes().begin(), row.session.bytes().end(), seed.begin());
  auto generation = static_cast<std::uint64_t>(row.generation);
  for (int shift = 56; shift >= 0; shift -= 8) *out++ = static_cast<std::uint8_t>(generation >> shift);
  std::copy(nonce.begin(), nonce.end(), out);
  return seed;
}

}  // namespace

Result<RefreshKeys> RefreshKeys::create(const std::vector<RefreshKey>& keys) {
  RefreshKeys made;
  for (const auto& key : keys) {
    if (!is_id(key.id)) return refresh_keys("an id needs 1 to 32 printable characters of ASCII");
    if (key.key.size() != kKeySize) return refresh_keys("a key needs 32 bytes");
    bool taken = std::any_of(made.keys_.begin(), made.keys_.end(), [&key](const Key& k) { return k.id == key.id; });
    if (taken) return refresh_keys("two keys have the same id");
    auto hmac = crypto::HmacKey::create(key.key.reveal());
    if (!hmac) return hmac.error();
    made.keys_.push_back(Key{key.id, *std::move(hmac)});
  }
  if (made.keys_.empty()) return refresh_keys("there is none");
  return made;
}

Result<std::optional<OpaqueToken>> RefreshKeys::derive(std::string_view key_id, const RefreshToken& row,
                                                       const Derivation::Nonce& nonce,
                                                       const OpaqueToken& presented) const noexcept {
  auto key = std::find_if(keys_.begin(), keys_.end(), [key_id](const Key& k) { return k.id == key_id; });
  if (key == keys_.end()) return std::optional<OpaqueToken>{};
  Seed seed = seed_of(row, nonce);
  crypto::Digest secret = key->hmac.mac({seed.data(), seed.size()}, presented.reveal());
  auto token = OpaqueToken::from_secret(kRefreshPrefix, secret);
  secure_zero(secret.data(), secret.size());
  if (!token) return token.error();
  return std::optional<OpaqueToken>(*std::move(token));
}

}  // namespace watchword::session
