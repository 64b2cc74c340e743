#include <watchword/recovery/password_recovery.hpp>

#include "base/contained.hpp"
#include "crypto/digest.hpp"

namespace watchword::recovery {
namespace {

using account::Account;
using onetime::Purpose;

constexpr Lifetime kNoticeLifetime = Lifetime::days(3);
constexpr Lifetime kQuiet = Lifetime::seconds(60);

Error code_invalid(std::string_view reason) noexcept {
  return Error(Errc::invalid_input, "code_invalid", "The code is wrong, used or has expired. Ask for a new one.")
      .with_field("code")
      .with_reason(reason);
}

/// Whom the work is done for where no active account has the address: an id below zero, which no account has, and the
/// same one for the same address, so that the pause between two codes is kept alike too.
UserId decoy(const account::EmailAddress& email) noexcept {
  auto digest = crypto::sha256(ByteView(email.key()));
  std::int64_t value = 0;
  for (std::size_t i = 0; i < 7; ++i) value = value << 8 | digest[i];
  return UserId(-1 - value);
}

struct Issue {
  UserId user;
  std::string to;
  std::string binding;
  bool real = false;
};

Issue plan(const std::optional<Account>& account, const account::EmailAddress& email) {
  if (account && account->is_active) return {account->id, account->email, email.key(), true};
  return {decoy(email), email.stored(), email.key(), false};
}

std::string_view outcome_reason(const std::optional<Account>& account) noexcept {
  return !account ? "unknown_user" : account->is_active ? "" : "inactive_user";
}

audit::Event requested(const RequestContext& context, const std::optional<Account>& account, Timestamp now) {
  auto outcome = account && account->is_active ? audit::Outcome::success : audit::Outcome::refused;
  return {"password.reset_requested", outcome, now, account ? account->id : UserId(), SessionId(), &context,
          outcome_reason(account)};
}

struct Issued {
  RecordId code;
  Timestamp at;
  Timestamp expires_at;
};

/// Both kinds of address cost the same: one mail queued and one removed, the decoy's own or one that is not there.
Result<void> queue_code(const PasswordRecovery::Parts& parts, Transaction& transaction, const Issue& issue,
                        const Issued& issued) {
  auto id = RecordId::generate(parts.rng);
  if (!id) return id.error();
  auto queued = parts.outbox.enqueue(
      transaction, {*id, "password_reset", issue.user, issue.to, issued.code, issued.at, issued.expires_at});
  if (!queued) return queued;
  return parts.outbox.remove(transaction, issue.real ? RecordId() : *id);
}

bool has_address(const Account& account, std::string_view key) {
  auto current = account::key_of_stored_email(account.email);
  return current && *current == key;
}

}  // namespace

Result<void> PasswordRecovery::request(const RequestContext& context, const account::EmailAddress& email) noexcept {
  return contained([&]() -> Result<void> {
    auto account = parts_.accounts.find_by_email(email);
    if (!account) return account.error();
    const Timestamp now = parts_.clock.now();
    const Issue issue = plan(*account, email);
    const auto event = requested(context, *account, now);
    auto committed = parts_.runner.run([&](Transaction& transaction) -> Result<void> {
      return contained([&]() -> Result<void> {
        auto code = parts_.codes.issue(
            transaction, {Purpose::password_reset, issue.user, issue.binding, code_lifetime_, kQuiet}, now);
        if (!code) return code.error();
        if (!*code) return {};
        auto queued = queue_code(parts_, transaction, issue, {**code, now, now + code_lifetime_});
        if (!queued) return queued;
        return parts_.audit.record(transaction, event);
      });
    });
    if (!committed) return committed;
    parts_.audit.note(event);
    return {};
  });
}

Result<Account> PasswordRecovery::find(std::string_view code) noexcept {
  return contained([&]() -> Result<Account> {
    auto user = parts_.codes.find(Purpose::password_reset, code, parts_.clock.now());
    if (!user) return user.error();
    if (!*user) return code_invalid("no_open_code");
    auto account = parts_.accounts.find(**user);
    if (!account) return account.error();
    if (!*account || !(*account)->is_active) return code_invalid("inactive_user");
    return std::move(**account);
  });
}

/// One run of reset()'s transaction: what it decided and what is to be done after its commit.
class PasswordRecovery::Attempt final {
 public:
  Attempt(const Parts& parts, const RequestContext& context, const Reset& reset, Timestamp now) noexcept
      : parts_(parts), context_(context), reset_(reset), now_(now) {}

  Result<void> run(Transaction& transaction) {
    refusal_ = "";
    user_ = UserId();
    revocation_.reset();
    auto consumed = parts_.codes.consume(transaction, Purpose::password_reset, reset_.code, now_);
    if (!consumed) return consumed.error();
    if (consumed->outcome != onetime::Consumption::consumed) return refuse("no_open_code");
    user_ = consumed->user;
    return change(transaction, consumed->binding);
  }

  Result<void> conclude() {
    auto outcome = *refusal_ == 0 ? audit::Outcome::success : audit::Outcome::refused;
    parts_.audit.note({"password.reset", outcome, now_, user_, SessionId(), &context_, refusal_});
    if (*refusal_ != 0) return code_invalid(refusal_);
    parts_.sessions.announce(*revocation_);
    return {};
  }

 private:
  /// Commits: the code of an account that must not be reset is spent all the same.
  Result<void> refuse(const char* reason) noexcept {
    refusal_ = reason;
    return {};
  }

  Result<void> change(Transaction& transaction, const std::string& binding) {
    // A change of nothing locks the row and reads it as this transaction sees it.
    auto row = parts_.accounts.rename(transaction, user_, account::ProfileChange(), now_);
    if (!row) return row.error();
    if (!row->account || !row->account->is_active) return refuse("inactive_user");
    if (!has_address(*row->account, binding)) return refuse("address_changed");
    if (reset_.email != nullptr && !has_address(*row->account, reset_.email->key())) return refuse("other_address");
    auto replaced = parts_.credentials.replace(transaction, user_, reset_.password_hash, now_);
    if (!replaced) return replaced.error();
    auto ended = parts_.sessions.end_all(transaction, user_, std::nullopt, now_);
    if (!ended) return ended.error();
    if (!*replaced || !*ended) return code_invalid("inactive_user");
    revocation_ = **ended;
    return leave_traces(transaction, row->account->email);
  }

  Result<void> leave_traces(Transaction& transaction, const std::string& to) {
    auto discarded = parts_.code_store.discard(transaction, user_);
    if (!discarded) return discarded;
    auto id = RecordId::generate(parts_.rng);
    if (!id) return id.error();
    auto queued = parts_.outbox.enqueue(transaction,
                                        {*id, "password_changed", user_, to, RecordId(), now_, now_ + kNoticeLifetime});
    if (!queued) return queued;
    return parts_.audit.record(transaction,
                               {"password.reset", audit::Outcome::success, now_, user_, SessionId(), &context_, ""});
  }

  const Parts& parts_;
  const RequestContext& context_;
  const Reset& reset_;
  const Timestamp now_;
  const char* refusal_ = "";
  UserId user_;
  std::optional<session::Revocation> revocation_;
};

Result<void> PasswordRecovery::reset(const RequestContext& context, const Reset& reset) noexcept {
  return contained([&]() -> Result<void> {
    Attempt attempt(parts_, context, reset, parts_.clock.now());
    auto committed = parts_.runner.run(
        [&](Transaction& transaction) -> Result<void> { return contained([&] { return attempt.run(transaction); }); });
    if (!committed) return committed;
    return attempt.conclude();
  });
}

}  // namespace watchword::recovery
