#include <watchword/token/key_set.hpp>

#include "base/base64url.hpp"
#include "token/key_material.hpp"
#include "token/keys.hpp"

namespace watchword {
namespace {

constexpr std::size_t kLeastSecret = 32;
constexpr std::size_t kKidBytes = 9;

Result<void> check_secret(const Secret& secret) noexcept {
  if (looks_public(secret.reveal())) {
    return Error(Errc::misconfigured, "secret_key_public",
                 "SECRET_KEY is a public key that anybody may know. Set it to random text.");
  }
  if (secret.size() < kLeastSecret) {
    return Error(Errc::misconfigured, "secret_key_short", "SECRET_KEY needs at least 32 bytes. Set it to random text.");
  }
  if (looks_like_placeholder(secret.reveal())) {
    return Error(Errc::misconfigured, "secret_key_placeholder",
                 "SECRET_KEY is an example that anybody may know. Set it to random text.");
  }
  return {};
}

/// One way only: whoever sees a kid learns no more than from the tokens themselves.
Result<std::string> kid_of(const Secret& secret) {
  auto digest = crypto::hkdf(secret.reveal(), "watchword/v1/kid", kKidBytes);
  if (!digest) return digest.error();
  return base64url::encode(digest->reveal());
}

Result<TokenKey> key_of(const Secret& secret, KeyStatus status) {
  auto sound = check_secret(secret);
  if (!sound) return sound.error();
  auto kid = kid_of(secret);
  if (!kid) return kid.error();
  auto hmac = crypto::HmacKey::create(secret.reveal());
  if (!hmac) return hmac.error();
  TokenKey key(*std::move(kid), Algorithm::hs256, status);
  key.hmac = *std::move(hmac);
  return key;
}

Result<std::vector<TokenKey>> keys_of(const Secret& secret_key, const Secret& previous) {
  std::vector<TokenKey> keys;
  auto current = key_of(secret_key, KeyStatus::active);
  if (!current) return current.error();
  keys.push_back(*std::move(current));
  if (previous.empty()) return keys;
  auto retired = key_of(previous, KeyStatus::retired);
  if (!retired) return Error(retired.error()).with_reason("SECRET_KEY_PREVIOUS");
  if (retired->kid != keys.front().kid) keys.push_back(*std::move(retired));
  return keys;
}

}  // namespace

KeySet::KeySet(std::shared_ptr<const Keys> keys) noexcept : keys_(std::move(keys)) {}
KeySet::KeySet(const KeySet&) noexcept = default;
KeySet::KeySet(KeySet&&) noexcept = default;
KeySet& KeySet::operator=(const KeySet&) noexcept = default;
KeySet& KeySet::operator=(KeySet&&) noexcept = default;
KeySet::~KeySet() = default;

Result<KeySet> KeySet::from_secret(const Secret& secret_key, const Secret& previous) noexcept {
  try {
    auto keys = keys_of(secret_key, previous);
    if (!keys) return keys.error();
    return Builder::build(*std::move(keys));
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
}

}  // namespace watchword
