#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/secret.hpp>

namespace watchword {

/// What comparing a password with a stored hash can say.
enum class PasswordMatch : std::uint8_t {
  mismatch,
  match,
  match_needs_rehash,  ///< right, but hashed by another algorithm or at another cost than the policy's: hash it anew
};

/// Port: one-way hashing of passwords. Both calls are slow by intent: run them in a HashPool, never on an event loop.
/// Safe to use from any thread.
class WATCHWORD_EXPORT PasswordHasher {
 public:
  virtual ~PasswordHasher();
  /// The string to store, at most 255 characters (PHC format). Errors: `password_too_long`, `password_invalid`
  /// (invalid_input: over 1024 bytes; not UTF-8, or holds a NUL), `out_of_memory` (unavailable), those of the Rng.
  virtual Result<std::string> hash(const Password& password) noexcept = 0;
  /// Compares at the cost that `stored` names, if that is within bounds; a stored string that is malformed, unusable
  /// ("!"), out of bounds or of an unknown algorithm is a mismatch and costs what a default hash costs. So does a
  /// password that hash() would refuse. Errors: `out_of_memory` (unavailable): never reported as a mismatch.
  virtual Result<PasswordMatch> verify(const Password& password, std::string_view stored) noexcept = 0;
  /// Does the work of verify() against nothing: what an unknown user costs. Errors as there.
  virtual Result<void> verify_nothing(const Password& password) noexcept = 0;
  /// Whether verify() against `stored` costs what verify_nothing() costs. False of an imported hash of another
  /// algorithm or cost: then the time of a refusal would tell that the name exists, and failures are slowed down to
  /// hide it.
  virtual bool costs_as_usual(std::string_view stored) const noexcept = 0;

 protected:
  PasswordHasher() = default;
  PasswordHasher(const PasswordHasher&) = delete;
  PasswordHasher& operator=(const PasswordHasher&) = delete;
};

}  // namespace watchword
