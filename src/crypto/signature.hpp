#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include <watchword/base/bytes.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/rng.hpp>

namespace watchword::crypto {

/// Signatures of both schemes have 64 bytes: R || S for Ed25519 (RFC 8032), r || s for P-256 (IEEE P1363, RFC
/// 7518 3.4).
using Signature = std::array<std::uint8_t, 64>;

enum class Curve : std::uint8_t { ed25519, p256 };

/// A public key. Immutable; safe to use from many threads at once.
class WATCHWORD_EXPORT PublicKey final {
 public:
  /// Ed25519: the 32 bytes `x`, `y` empty. P-256: the 32-byte coordinates; a point off the curve is refused.
  /// Error: `public_key` (misconfigured).
  static Result<PublicKey> create(Curve curve, ByteView x, ByteView y) noexcept;
  PublicKey(PublicKey&&) noexcept;
  PublicKey& operator=(PublicKey&&) noexcept;
  ~PublicKey();
  Curve curve() const noexcept;
  /// False for every signature that is not of 64 bytes or not valid; P-256 hashes with SHA-256.
  bool verify(ByteView message, ByteView signature) const noexcept;

 private:
  class Impl;
  explicit PublicKey(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// A private key. Immutable; safe to use from many threads at once.
class WATCHWORD_EXPORT PrivateKey final {
 public:
  /// `d`: the 32-byte Ed25519 seed or P-256 scalar. Error: `private_key` (misconfigured).
  static Result<PrivateKey> create(Curve curve, ByteView d) noexcept;
  PrivateKey(PrivateKey&&) noexcept;
  PrivateKey& operator=(PrivateKey&&) noexcept;
  ~PrivateKey();
  Curve curve() const noexcept;
  /// The public half: `x`, and `y` for P-256 (empty for Ed25519).
  Result<PublicKey> public_key() const noexcept;
  std::array<std::uint8_t, 32> x() const noexcept;
  std::array<std::uint8_t, 32> y() const noexcept;
  /// P-256 nonces are deterministic (RFC 6979). Error: `signing_failed` (internal).
  Result<Signature> sign(ByteView message) const noexcept;

 private:
  class Impl;
  explicit PrivateKey(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace watchword::crypto
