#include "crypto/signature.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>
#include <vector>

#include <botan/data_src.h>
#include <botan/pkcs8.h>
#include <botan/pubkey.h>
#include <botan/system_rng.h>
#include <botan/x509_key.h>

#include "crypto/object_pool.hpp"

namespace watchword::crypto {
namespace {

using Encoded = Botan::secure_vector<std::uint8_t>;
using Coordinate = std::array<std::uint8_t, 32>;

constexpr std::size_t kPart = 32;

// The keys go in as SubjectPublicKeyInfo (RFC 5280) and PKCS #8 (RFC 5208), whose bytes before the key are constant:
// these readers are the ones that Botan 2 and 3 have in common.
constexpr std::uint8_t kSpkiEd25519[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
constexpr std::uint8_t kSpkiP256[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                      0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                      0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
constexpr std::uint8_t kPkcs8Ed25519[] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                          0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
constexpr std::uint8_t kPkcs8P256[] = {0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                       0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
                                       0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20};
constexpr Coordinate kP256Prime = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
                                   0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff,
                                   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr Coordinate kP256Order = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                                   0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                   0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

/// The order of Ed25519's base point, little endian as the signature's S is.
constexpr Coordinate kEd25519Order = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                      0xa2, 0xde, 0xf9, 0xde, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10};

Error bad_public_key() noexcept {
  return {Errc::misconfigured, "public_key", "Give the coordinates of a valid public key."};
}

Error bad_private_key() noexcept { return {Errc::misconfigured, "private_key", "Give a valid private key."}; }

const char* padding_of(Curve curve) noexcept { return curve == Curve::ed25519 ? "Pure" : "EMSA1(SHA-256)"; }

bool below(ByteView number, const Coordinate& bound) noexcept {
  return std::memcmp(number.data(), bound.data(), bound.size()) < 0;
}

/// RFC 8032 section 5.1.7: S is below the order. Without this each signature has a second spelling; Botan 2 looks at
/// the highest bits only.
bool has_canonical_s(ByteView signature) noexcept {
  const std::uint8_t* s = signature.data() + kPart;
  return std::lexicographical_compare(std::make_reverse_iterator(s + kPart), std::make_reverse_iterator(s),
                                      kEd25519Order.rbegin(), kEd25519Order.rend());
}

template <std::size_t N>
Encoded encoded(const std::uint8_t (&prefix)[N], ByteView first, ByteView second = {}) {
  Encoded bytes(prefix, prefix + N);
  bytes.insert(bytes.end(), first.begin(), first.end());
  bytes.insert(bytes.end(), second.begin(), second.end());
  return bytes;
}

std::unique_ptr<Botan::Public_Key> load_public(const Encoded& spki) {
  Botan::DataSource_Memory source(spki.data(), spki.size());
  return std::unique_ptr<Botan::Public_Key>(Botan::X509::load_key(source));
}

std::unique_ptr<Botan::Private_Key> load_private(const Encoded& pkcs8) {
  Botan::DataSource_Memory source(pkcs8.data(), pkcs8.size());
  return std::unique_ptr<Botan::Private_Key>(Botan::PKCS8::load_key(source));
}

}  // namespace

class PublicKey::Impl {
 public:
  Impl(Curve curve, std::unique_ptr<Botan::Public_Key> key) : curve_(curve), key_(std::move(key)), verifiers_(make()) {}

  Curve curve() const noexcept { return curve_; }

  bool verify(ByteView message, ByteView signature) noexcept {
    auto verifier = verifiers_.take([this] { return make(); });
    try {
      verifier->update(message.data(), message.size());
      bool valid = verifier->check_signature(signature.data(), signature.size());
      verifiers_.give(std::move(verifier));
      return valid;
    } catch (...) {
      return false;
    }
  }

 private:
  std::unique_ptr<Botan::PK_Verifier> make() const {
    return std::make_unique<Botan::PK_Verifier>(*key_, padding_of(curve_));
  }

  Curve curve_;
  std::unique_ptr<Botan::Public_Key> key_;
  ObjectPool<Botan::PK_Verifier> verifiers_;
};

PublicKey::PublicKey(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
PublicKey::PublicKey(PublicKey&&) noexcept = default;
PublicKey& PublicKey::operator=(PublicKey&&) noexcept = default;
PublicKey::~PublicKey() = default;

Result<PublicKey> PublicKey::create(Curve curve, ByteView x, ByteView y) noexcept {
  bool edwards = curve == Curve::ed25519;
  if (x.size() != kPart || y.size() != (edwards ? 0 : kPart)) return bad_public_key();
  if (!edwards && (!below(x, kP256Prime) || !below(y, kP256Prime))) return bad_public_key();
  try {
    auto key = load_public(edwards ? encoded(kSpkiEd25519, x) : encoded(kSpkiP256, x, y));
    if (!key->check_key(Botan::system_rng(), false)) return bad_public_key();
    return PublicKey(std::make_unique<Impl>(curve, std::move(key)));
  } catch (...) {
    return bad_public_key();
  }
}

Curve PublicKey::curve() const noexcept { return impl_->curve(); }

bool PublicKey::verify(ByteView message, ByteView signature) const noexcept {
  if (signature.size() != 2 * kPart) return false;
  if (curve() == Curve::ed25519 && !has_canonical_s(signature)) return false;
  return impl_->verify(message, signature);
}

class PrivateKey::Impl {
 public:
  Impl(Curve curve, std::unique_ptr<Botan::Private_Key> key) : curve_(curve), key_(std::move(key)) {
    // Ed25519: the 32 bytes themselves; P-256: 0x04, x, y.
    auto bits = key_->public_key_bits();
    std::size_t skipped = curve == Curve::ed25519 ? 0 : 1;
    if (bits.size() < skipped + kPart) throw std::bad_alloc();
    std::copy_n(bits.begin() + skipped, kPart, x_.begin());
    if (curve == Curve::p256) std::copy_n(bits.end() - kPart, kPart, y_.begin());
  }

  Curve curve() const noexcept { return curve_; }
  const Coordinate& x() const noexcept { return x_; }
  const Coordinate& y() const noexcept { return y_; }

  std::vector<std::uint8_t> sign(ByteView message) const {
    Botan::PK_Signer signer(*key_, Botan::system_rng(), padding_of(curve_));
    signer.update(message.data(), message.size());
    return signer.signature(Botan::system_rng());
  }

 private:
  Curve curve_;
  std::unique_ptr<Botan::Private_Key> key_;
  Coordinate x_{};
  Coordinate y_{};
};

PrivateKey::PrivateKey(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;

Result<PrivateKey> PrivateKey::create(Curve curve, ByteView d) noexcept {
  bool edwards = curve == Curve::ed25519;
  if (d.size() != kPart) return bad_private_key();
  bool zero = std::all_of(d.begin(), d.end(), [](std::uint8_t byte) { return byte == 0; });
  if (!edwards && (zero || !below(d, kP256Order))) return bad_private_key();
  try {
    auto key = load_private(edwards ? encoded(kPkcs8Ed25519, d) : encoded(kPkcs8P256, d));
    return PrivateKey(std::make_unique<Impl>(curve, std::move(key)));
  } catch (...) {
    return bad_private_key();
  }
}

Curve PrivateKey::curve() const noexcept { return impl_->curve(); }
std::array<std::uint8_t, 32> PrivateKey::x() const noexcept { return impl_->x(); }
std::array<std::uint8_t, 32> PrivateKey::y() const noexcept { return impl_->y(); }

Result<PublicKey> PrivateKey::public_key() const noexcept {
  const auto& y = impl_->y();
  return PublicKey::create(curve(), {impl_->x().data(), kPart},
                           curve() == Curve::p256 ? ByteView(y.data(), kPart) : ByteView());
}

Result<Signature> PrivateKey::sign(ByteView message) const noexcept {
  try {
    auto bytes = impl_->sign(message);
    Signature signature{};
    if (bytes.size() == signature.size()) {
      std::copy(bytes.begin(), bytes.end(), signature.begin());
      return signature;
    }
  } catch (...) {
  }
  return Error(Errc::internal, "signing_failed", "The server could not sign. Try again later.");
}

}  // namespace watchword::crypto
