#pragma once

#include <memory>

#include <watchword/base/export.hpp>
#include <watchword/base/log.hpp>
#include <watchword/base/owned.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/mail/mailer.hpp>
#include <watchword/mail/outbox.hpp>

namespace watchword::mail {

/// Port: turns an entry into the message to send.
class WATCHWORD_EXPORT Composer {
 public:
  virtual ~Composer();
  /// Errors: of kind unavailable: tried again later; of any other kind: given up. `mail_kind_unknown`:
  /// left until it expires to a newer release, which may run beside this one.
  virtual Result<Message> compose(const OutboxEntry& entry) noexcept = 0;

 protected:
  Composer() = default;
  Composer(const Composer&) = delete;
  Composer& operator=(const Composer&) = delete;
};

/// Sends what is in the outbox on a thread of its own, after the commits that put it there: at least once, with
/// back-off (5 s, doubled up to 15 minutes, with jitter), until the entry expires.
class WATCHWORD_EXPORT Dispatcher final {
 public:
  struct Parts final {
    TransactionRunner& runner;
    Outbox& outbox;
    Composer& composer;
    Mailer& mailer;
    Clock& clock;
    Rng& rng;
    LogSink& log;
  };
  /// The parts must outlive it. Starts with the first wake(), or by itself within `interval`: 1 ms to 1 hour. Errors:
  /// `mail_interval` (misconfigured); `out_of_memory` (unavailable).
  static Result<std::unique_ptr<Dispatcher>> create(const Parts& parts,
                                                    Lifetime interval = Lifetime::seconds(5)) noexcept;
  ~Dispatcher();
  /// There is something new. Never blocks.
  void wake() noexcept;
  /// Sends all that is due now, on the calling thread: for tests and shutdown. Errors: those of the runner and the
  /// outbox; `mail_after_fork` (internal): this is the child of the process that made it.
  Result<void> flush() noexcept;

 private:
  class Impl;
  explicit Dispatcher(std::unique_ptr<Impl> impl) noexcept;
  Owned<Impl> impl_;
};

}  // namespace watchword::mail
