#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <watchword/base/export.hpp>
#include <watchword/base/id.hpp>
#include <watchword/base/request_context.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/transaction.hpp>
#include <watchword/token/claims.hpp>

namespace watchword::session {

/// A session as its store has it. Holds no secret.
struct Session final {
  SessionId id;
  UserId user;
  std::int64_t epoch = 0;  ///< the user's epoch that it was started, or last kept, under
  Assurance assurance;
  Timestamp created_at;
  Timestamp last_used_at;
  Timestamp expires_at;  ///< the absolute end, whatever is refreshed
  std::string client_address;
  std::string user_agent;
  std::string device;
};

/// Port: sessions. A session that was ended or has expired is as good as none: no verb shows it, and none brings it
/// back. Safe to use from any thread. Errors: those of the TransactionRunner and of sql::Executor.
class WATCHWORD_EXPORT SessionStore {
 public:
  virtual ~SessionStore();
  virtual Result<void> insert(Transaction& transaction, const Session& session) noexcept = 0;
  virtual Result<std::optional<Session>> find(SessionId session, Timestamp now) noexcept = 0;
  /// A user's live sessions, newest first, at most 1000.
  virtual Result<std::vector<Session>> list(UserId user, Timestamp now) noexcept = 0;
  /// Reads the session and keeps it from changing until the transaction ends. Notes `now` as its last use.
  virtual Result<std::optional<Session>> lock(Transaction& transaction, SessionId session, Timestamp now) noexcept = 0;
  /// Counts one rotation in the session's running hour. False: `limit` are counted already.
  virtual Result<bool> count_rotation(Transaction& transaction, SessionId session, int limit,
                                      Timestamp now) noexcept = 0;
  /// Keeps a session over a change of the user's epoch. False: there is none.
  virtual Result<bool> keep(Transaction& transaction, SessionId session, std::int64_t epoch) noexcept = 0;
  /// Ends one session of the user and forgets its refresh tokens. False: the user has none such.
  virtual Result<bool> end(Transaction& transaction, UserId user, SessionId session) noexcept = 0;
  /// Ends all the user's sessions but one, and forgets their refresh tokens; gives their number. UserId 0 stands for
  /// everybody: then every session of the store ends.
  virtual Result<std::int64_t> end_all(Transaction& transaction, UserId user,
                                       std::optional<SessionId> except) noexcept = 0;

 protected:
  SessionStore() = default;
  SessionStore(const SessionStore&) = delete;
  SessionStore& operator=(const SessionStore&) = delete;
};

}  // namespace watchword::session
