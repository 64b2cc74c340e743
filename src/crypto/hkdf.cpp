#include <cstring>
#include <vector>

#include <botan/kdf.h>
#include <botan/secmem.h>

#include "crypto/digest.hpp"

namespace watchword::crypto {
namespace {

using Bytes = Botan::secure_vector<std::uint8_t>;

constexpr std::size_t kMostDerived = std::size_t{255} * 32;
constexpr std::string_view kSalt = "watchword/v1";

Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

Result<Secret> hkdf(ByteView root, std::string_view info, std::size_t size) noexcept {
  return hkdf_salted(root, kSalt, info, size);
}

Result<Secret> hkdf_salted(ByteView root, ByteView salt, ByteView info, std::size_t size) noexcept {
  if (size == 0 || size > kMostDerived) {
    return Error(Errc::internal, "hkdf_size", "A key of this length cannot be derived.");
  }
  auto secret = Secret::of_size(size);
  if (!secret) return secret;
  try {
    auto kdf = Botan::KDF::create_or_throw("HKDF(SHA-256)");
    Bytes derived = kdf->derive_key(size, copy_of(root), copy_of(salt), copy_of(info));
    std::memcpy(secret->writable(), derived.data(), size);
    return secret;
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
}

}  // namespace watchword::crypto
