#pragma once

#include <memory>

#include <watchword/base/export.hpp>
#include <watchword/base/owned.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>

namespace watchword {
class ChangeSignal;
class LogSink;
}  // namespace watchword

namespace watchword::session {

class RevocationIndex;
class RevocationStore;

struct FeedOptions final {
  Lifetime interval = Lifetime::milliseconds(250);
  /// A feed that is older than this is stale: the guard stops trusting the index.
  Lifetime bound = Lifetime::seconds(1);
};

/// Keeps a RevocationIndex true to the store: polls it on a thread of its own, so that what another process revoked is
/// in force here within the interval, or as soon as a signal tells of it. Where the store was put back to an earlier
/// state under it, it reads all anew; what was revoked before that stays in force here. Safe to use from any thread.
class WATCHWORD_EXPORT RevocationFeed final {
 public:
  /// Reads all that is there, then starts polling. The arguments must outlive the feed; `steady` measures its age;
  /// `signal`, which may be null, is closed with the feed.
  /// Errors: those of the store; `feed_options` (misconfigured).
  static Result<std::unique_ptr<RevocationFeed>> start(RevocationStore& store, RevocationIndex& index, Clock& clock,
                                                       Clock& steady, LogSink& log, const FeedOptions& options,
                                                       ChangeSignal* signal = nullptr) noexcept;
  ~RevocationFeed();

  /// Time since the start of the last poll that succeeded. Wait-free.
  Lifetime age() const noexcept;
  bool stale() const noexcept;
  /// Polls at once, on the calling thread. Errors: those of the store; `out_of_memory` (unavailable); `feed_after_fork`
  /// (internal): this is the child of the process that made it.
  Result<void> poll() noexcept;

 private:
  class Impl;
  explicit RevocationFeed(std::unique_ptr<Impl> impl) noexcept;
  Owned<Impl> impl_;
};

}  // namespace watchword::session
