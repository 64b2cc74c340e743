#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/rng.hpp>
#include <watchword/base/secret.hpp>
#include <watchword/password/hash_pool.hpp>
#include <watchword/password/password_hasher.hpp>

namespace watchword {

struct Argon2Policy final {
  std::uint32_t memory_kib =
      19456;  ///< 19456 KiB with 2 passes, or an equal: 12288/3, 9216/4, 7168/5, 47104/1, or more
  std::uint32_t passes = 2;
  /// Below the floor above a hasher is refused, unless this says aloud that it is for tests.
  bool allow_cheap_for_tests = false;
};

/// A key that every password is mixed with before it is hashed (HMAC-SHA-256), kept outside the database.
struct Pepper final {
  std::string id;  ///< 1 to 16 of [a-z0-9]; stored with each hash
  Secret key;      ///< 32 bytes or more
  /// The one in use before, which verifies and is not used for new hashes; and so on.
  std::unique_ptr<Pepper> previous = nullptr;
};

/// Argon2id (RFC 9106) at the policy's cost for new hashes, in arenas of `pool` when called from one of its threads.
/// Verifies also Argon2id strings of other costs (m to 256 MiB, t to 16, p to 16, and m*t to 1 GiB) and bcrypt $2a$,
/// $2b$, $2y$ (cost 4 to 16); a bcrypt hash is a mismatch for passwords over 72 bytes. Passwords are hashed in NFC;
/// stored hashes are tried in NFC, then with the bytes as they came if these differ (imported ones may need it), and
/// verify_nothing() does as much. `pepper` may be null: then peppered hashes are a mismatch; with it, hashes without it
/// match and need a rehash. `pool` and `rng` must outlive the hasher. Errors (misconfigured): `argon2_policy` (below
/// the floor, above the bounds for verifying, or more memory than the pool's hash_memory_kib), `pepper_invalid`.
WATCHWORD_EXPORT Result<std::unique_ptr<PasswordHasher>> make_argon2_hasher(
    const Argon2Policy& policy, HashPool& pool, Rng& rng, std::unique_ptr<Pepper> pepper = nullptr) noexcept;

}  // namespace watchword
