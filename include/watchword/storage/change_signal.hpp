#pragma once

#include <watchword/base/export.hpp>
#include <watchword/base/time.hpp>

namespace watchword {

/// Port: tells the processes that share a database of each other's changes, sooner than their next poll would. It
/// carries no truth: told late, twice or never, a poll still finds what there is. Safe to use from any thread, but
/// wait() from one at a time.
class WATCHWORD_EXPORT ChangeSignal {
 public:
  virtual ~ChangeSignal();
  /// Waits until another process has told of a change, or may have while this one could not hear it; `most` at the
  /// longest, or somewhat longer while it connects. False: nothing was heard.
  virtual bool wait(Lifetime most) noexcept = 0;
  /// Tells the others; returns at once.
  virtual void send() noexcept = 0;
  /// Ends a wait() that is under way and all later ones at once.
  virtual void close() noexcept = 0;

 protected:
  ChangeSignal() = default;
  ChangeSignal(const ChangeSignal&) = delete;
  ChangeSignal& operator=(const ChangeSignal&) = delete;
};

}  // namespace watchword
