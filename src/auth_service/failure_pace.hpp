#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include <watchword/base/time.hpp>

namespace watchword::auth {

/// A wrong password costs one hash, and one of another algorithm or cost than the hasher's own, such as an imported one
/// or one of before a change of the policy, may be much dearer than the one that an unknown name costs. While such are
/// stored, every failed login is answered at the same time after its hash began, by waiting and not by computing. Safe
/// to use from any thread.
class FailurePace final {
 public:
  /// `foreign_hash`: a stored hash of another cost; empty where there is none.
  explicit FailurePace(std::string foreign_hash);

  const std::string& foreign_hash() const noexcept { return foreign_hash_; }
  /// What verifying a stored hash of another cost took.
  void observe(Lifetime took) noexcept;
  /// How long the answer to a failed login whose hash began at `began`, by the steady clock, must still wait.
  Lifetime left(Timestamp began) const noexcept;

 private:
  const std::string foreign_hash_;
  std::atomic<std::int64_t> longest_;
};

}  // namespace watchword::auth
