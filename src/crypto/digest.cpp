#include "crypto/digest.hpp"

#include <utility>

#include <botan/hash.h>
#include <botan/mac.h>

#include "crypto/object_pool.hpp"

namespace watchword::crypto {
namespace {

using Hash = Botan::HashFunction;
using Mac = Botan::MessageAuthenticationCode;

constexpr std::size_t kLeastHmacKey = 16;

template <class Object>
void absorb(Object& object, ByteView part) {
  if (!part.empty()) object.update(part.data(), part.size());
}

std::unique_ptr<Hash> make_hash() { return Hash::create_or_throw("SHA-256"); }

/// Never destroyed, so that objects which outlive main can still hash.
ObjectPool<Hash>& hashes() {
  static auto& pool = *new ObjectPool<Hash>(make_hash());
  return pool;
}

/// Made before main: afterwards no lack of memory can leave the pool empty.
[[maybe_unused]] const auto& made_early = hashes();

}  // namespace

Digest sha256(ByteView data) noexcept {
  auto hash = hashes().take(make_hash);
  absorb(*hash, data);
  Digest digest;
  hash->final(digest.data());
  hashes().give(std::move(hash));
  return digest;
}

class HmacKey::Impl {
 public:
  explicit Impl(Secret key) : key_(std::move(key)), macs_(make()) {}

  Digest mac(ByteView first, ByteView second) noexcept {
    auto mac = macs_.take([this] { return make(); });
    absorb(*mac, first);
    absorb(*mac, second);
    Digest digest;
    mac->final(digest.data());
    macs_.give(std::move(mac));
    return digest;
  }

 private:
  std::unique_ptr<Mac> make() const {
    auto mac = Mac::create_or_throw("HMAC(SHA-256)");
    mac->set_key(key_.reveal().data(), key_.size());
    return mac;
  }

  Secret key_;
  ObjectPool<Mac> macs_;
};

HmacKey::HmacKey(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
HmacKey::HmacKey(HmacKey&&) noexcept = default;
HmacKey& HmacKey::operator=(HmacKey&&) noexcept = default;
HmacKey::~HmacKey() = default;

Result<HmacKey> HmacKey::create(ByteView key) noexcept {
  if (key.size() < kLeastHmacKey) {
    return Error(Errc::misconfigured, "hmac_key", "Use a key of at least 16 bytes.");
  }
  auto copy = Secret::copy_of(key);
  if (!copy) return copy.error();
  try {
    return HmacKey(std::make_unique<Impl>(*std::move(copy)));
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
}

Digest HmacKey::mac(ByteView first, ByteView second) const noexcept { return impl_->mac(first, second); }

bool HmacKey::verify(ByteView message, ByteView mac) const noexcept {
  Digest expected = impl_->mac(message, {});
  return equal_constant_time({expected.data(), expected.size()}, mac);
}

}  // namespace watchword::crypto
