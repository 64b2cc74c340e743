#pragma once

#include <cstddef>
#include <memory>

#include <watchword/base/export.hpp>
#include <watchword/base/owned.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/session/revocation.hpp>
#include <watchword/token/verified_token.hpp>

namespace watchword::session {

/// All unexpired revocations in memory. Readers take no lock and allocate nothing; writers are serialised. Each stays
/// for kRevocationLife, a day and two minutes, and takes 32 to 64 bytes, twice that while the index grows: a million
/// logouts a day hold some 50 MB.
class WATCHWORD_EXPORT RevocationIndex final {
 public:
  /// Error: `out_of_memory` (unavailable).
  static Result<std::unique_ptr<RevocationIndex>> create() noexcept;
  ~RevocationIndex();

  /// Whether an added revocation concerns the token. Wait-free.
  bool revokes(const VerifiedToken& token) const noexcept;
  /// In force for every revokes() that begins after this has returned. Adding twice is harmless.
  /// Error: `out_of_memory` (unavailable): then nothing was added.
  Result<void> add(const Revocation& revocation) noexcept;
  /// Forgets what has expired.
  Result<void> purge(Timestamp now) noexcept;
  std::size_t size() const noexcept;
  /// Bytes that the index holds.
  std::size_t memory() const noexcept;

 private:
  class Impl;
  explicit RevocationIndex(std::unique_ptr<Impl> impl) noexcept;
  Owned<Impl> impl_;
};

}  // namespace watchword::session
