#include <watchword/account/account_store.hpp>
#include <watchword/session/access_guard.hpp>
#include <watchword/session/revocation_feed.hpp>
#include <watchword/session/revocation_index.hpp>
#include <watchword/session/session_store.hpp>
#include <watchword/token/token_verifier.hpp>

namespace watchword::session {
namespace {

Error token_revoked(std::string_view reason) noexcept {
  return Error(Errc::unauthenticated, "token_revoked", "The session has ended. Sign in again.").with_reason(reason);
}

Error revocations_stale() noexcept {
  return Error(Errc::unavailable, "revocations_stale", "The server cannot check this token now. Try again shortly.")
      .with_retry_after(Lifetime::seconds(1));
}

}  // namespace

Result<Principal> AccessGuard::check(std::string_view token) const noexcept {
  auto verified = parts_.verifier.verify(token, parts_.clock.now());
  if (!verified) return verified.error();
  // First of all: what a poll brings after that is in the index by the time it is asked.
  const bool stale = parts_.feed.stale();
  if (parts_.index.revokes(*verified)) return token_revoked("revoked");
  if (mode_ == GuardMode::strict) return ask_store(*verified);
  if (!stale) return Principal(*verified);
  if (mode_ == GuardMode::closed) return revocations_stale();
  return ask_store(*verified);
}

Result<Principal> AccessGuard::ask_store(const VerifiedToken& token) const noexcept {
  auto session = parts_.sessions.find(token.session(), parts_.clock.now());
  if (!session) return session.error();
  if (!*session || (*session)->user != token.user()) return token_revoked("session_ended");
  auto account = parts_.accounts.find(token.user());
  if (!account) return account.error();
  if (!*account || !(*account)->is_active) return token_revoked("account_inactive");
  if ((*session)->epoch < (*account)->epoch) return token_revoked("epoch_risen");
  return Principal(token);
}

}  // namespace watchword::session
