#pragma once

#include <cstdint>
#include <string_view>

#include <watchword/base/export.hpp>
#include <watchword/base/id.hpp>
#include <watchword/base/request_context.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/transaction.hpp>

namespace watchword::audit {

enum class Outcome : std::uint8_t { success, refused };

/// One thing that happened. Views live only during the call. Never holds a secret; names that a client typed are not in
/// it (they may be passwords typed into the wrong field).
struct Event final {
  std::string_view name;  ///< stable: "login", "session.theft", "password.changed"
  Outcome outcome = Outcome::success;
  Timestamp at;
  UserId user;        ///< 0 where unknown
  SessionId session;  ///< all zero where there is none
  const RequestContext* context = nullptr;
  std::string_view reason;  ///< private detail of a refusal: "unknown_user", "wrong_password"
};

/// Port: receives events and decides nothing. Called from any thread.
class WATCHWORD_EXPORT Sink {
 public:
  virtual ~Sink();
  /// A change of state, inside the transaction that makes it: what is written through `transaction` commits or vanishes
  /// with it. May be called more than once for one change, when the transaction is repeated. An error undoes the
  /// change.
  virtual Result<void> record(Transaction& transaction, const Event& event) noexcept = 0;
  /// Something that has happened, a committed change or a refusal. Must not block.
  virtual void note(const Event& event) noexcept = 0;

 protected:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
};

/// Discards everything. Lives as long as the process.
WATCHWORD_EXPORT Sink& null_sink() noexcept;

}  // namespace watchword::audit
