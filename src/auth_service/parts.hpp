#pragma once

#include <string_view>
#include <utility>

#include <watchword/make_auth_service.hpp>

#include "base/contained.hpp"

namespace watchword::auth {

Error credentials_invalid(std::string_view reason) noexcept;
Error account_inactive() noexcept;
Error account_unknown() noexcept;
Error taken(account::Taken name) noexcept;
Error hook_failed() noexcept;
/// An operation was called from a hook that runs inside a transaction, where it would wait for itself.
Error reentered() noexcept;
/// The same error at another field, since a new password is called otherwise where there is an old one.
Error at_new_password(const Error& error) noexcept;

/// The account that a principal is of, if it may still be used. Error: `account_inactive`.
Result<account::Account> require_active(const AuthParts& parts, UserId user);

/// Marks the calling thread as inside a hook that runs in a transaction.
class InTransactionHook final {
 public:
  InTransactionHook() noexcept;
  InTransactionHook(const InTransactionHook&) = delete;
  InTransactionHook& operator=(const InTransactionHook&) = delete;
  ~InTransactionHook();
  static bool on_this_thread() noexcept;
};

/// Work of an operation: nothing passes it but a Result.
template <class Work>
auto entered(Work&& work) noexcept -> decltype(work()) {
  if (InTransactionHook::on_this_thread()) return reentered();
  return contained(std::forward<Work>(work));
}

template <class Work>
Result<void> commit(const AuthParts& parts, Work&& work) {
  return parts.runner.run(
      [&](Transaction& transaction) -> Result<void> { return contained([&] { return work(transaction); }); });
}

/// What a hook answers; where it throws, `hook_failed`.
template <class Call>
Result<void> ask_hooks(const AuthParts& parts, Call&& call) noexcept {
  if (parts.hooks == nullptr) return {};
  try {
    return call(*parts.hooks);
  } catch (...) {
    return hook_failed();
  }
}

/// Tells a hook of what has happened; that it throws changes nothing.
template <class Call>
void tell_hooks(const AuthParts& parts, Call&& call) noexcept {
  if (parts.hooks == nullptr) return;
  try {
    call(*parts.hooks);
  } catch (...) {
    parts.log.write(Severity::error, "hook_failed", "A hook threw after a commit; what was committed stands.");
  }
}

/// An event about an operation, for the sink.
struct Story final {
  std::string_view name;
  const RequestContext& context;
  UserId user;
  SessionId session;

  audit::Event success(Timestamp at) const noexcept {
    return {name, audit::Outcome::success, at, user, session, &context, ""};
  }
  audit::Event refusal(Timestamp at, std::string_view reason) const noexcept {
    return {name, audit::Outcome::refused, at, user, session, &context, reason};
  }
};

/// Notes and gives back a refusal.
Error refused(const AuthParts& parts, const Story& story, const Error& error) noexcept;

/// Queues the mail that tells of a changed password. `transaction` is the change's.
Result<void> queue_notice(const AuthParts& parts, Transaction& transaction, const account::Account& account,
                          Timestamp now);

void wake_dispatcher(const AuthParts& parts) noexcept;

}  // namespace watchword::auth
