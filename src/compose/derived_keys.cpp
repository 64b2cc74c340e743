#include "compose/derived_keys.hpp"

#include <watchword/base/log.hpp>

#include "crypto/digest.hpp"

namespace watchword::compose {
namespace {

constexpr std::size_t kLeastKey = 32;

Error root_key_invalid(std::string_view reason) noexcept {
  return Error(Errc::misconfigured, "root_key_invalid",
               "A root key needs an id of 1 to 16 characters of [a-z0-9], its own, and 32 bytes or more.")
      .with_reason(reason);
}

bool is_id(std::string_view id) noexcept {
  if (id.empty() || id.size() > 16) return false;
  for (char c : id) {
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) return false;
  }
  return true;
}

Result<void> check(const std::vector<RootKey>& roots) noexcept {
  for (const auto& root : roots) {
    if (!is_id(root.id)) return root_key_invalid("an id is malformed");
    if (root.key.size() < kLeastKey) return root_key_invalid("a key is too short");
    for (const auto& other : roots) {
      if (&other != &root && other.id == root.id) return root_key_invalid("two keys have one id");
    }
  }
  return {};
}

/// The id must be the same after every start and another one for another key; it tells nothing about the key.
Result<RootKey> root_from(const Secret& secret) {
  auto key = crypto::hkdf(secret.reveal(), "watchword/v1/root", 32);
  if (!key) return key.error();
  auto name = crypto::hkdf(secret.reveal(), "watchword/v1/root-id", 6);
  if (!name) return name.error();
  std::string id = "s";
  for (std::uint8_t byte : name->reveal()) {
    id += "0123456789abcdef"[byte >> 4];
    id += "0123456789abcdef"[byte & 15];
  }
  return RootKey{std::move(id), std::move(*key)};
}

Result<std::vector<RootKey>> roots_from_secrets(const Options& options) {
  std::vector<RootKey> roots;
  for (const Secret* secret : {&options.secret_key, &options.secret_key_previous}) {
    if (secret->size() < kLeastKey) continue;
    auto root = root_from(*secret);
    if (!root) return root.error();
    // The same text twice, as before the first change of keys or in the middle of one, is one key.
    if (roots.empty() || roots.front().id != root->id) roots.push_back(std::move(*root));
  }
  return roots;
}

Result<DerivedKeys> derive(const std::vector<RootKey>& roots) {
  DerivedKeys keys;
  for (const auto& root : roots) {
    auto refresh = crypto::hkdf(root.key.reveal(), "watchword/v1/refresh", 32);
    if (!refresh) return refresh.error();
    keys.refresh.push_back({root.id, std::move(*refresh)});
    auto onetime = crypto::hkdf(root.key.reveal(), "watchword/v1/onetime", 32);
    if (!onetime) return onetime.error();
    keys.onetime.push_back(std::move(*onetime));
  }
  return keys;
}

}  // namespace

Result<DerivedKeys> derive_keys(const Options& options, LogSink& log) {
  if (!options.root_keys.empty()) {
    auto valid = check(options.root_keys);
    if (!valid) return valid.error();
    return derive(options.root_keys);
  }
  if (options.pepper) {
    return Error(Errc::misconfigured, "pepper_root", "A pepper needs a root key: set WATCHWORD_ROOT_KEY.");
  }
  if (options.secret_key.size() < kLeastKey) {
    return Error(Errc::misconfigured, "root_key_missing",
                 "Set a root key (WATCHWORD_ROOT_KEY): there is no secret key of 32 bytes to derive one from.");
  }
  auto roots = roots_from_secrets(options);
  if (!roots) return roots.error();
  log.write(Severity::warning, "root_key_derived",
            "There is no root key; one is derived from the secret key. Set WATCHWORD_ROOT_KEY to keep them apart.");
  return derive(*roots);
}

}  // namespace watchword::compose
