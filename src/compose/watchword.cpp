#include <watchword/watchword.hpp>

#include "base/contained.hpp"
#include "compose/database.hpp"
#include "compose/features.hpp"
#include "compose/wiring.hpp"

namespace watchword {
Watchword::Watchword(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Watchword::~Watchword() {
  if (impl_ && !impl_->process.is_this()) static_cast<void>(impl_.release());
}

AuthService& Watchword::auth() noexcept { return *impl_->auth; }
const session::AccessGuard& Watchword::guard() const noexcept { return *impl_->guard; }
account::AccountDirectory& Watchword::directory() noexcept { return *impl_->directory; }
account::AccountStore& Watchword::accounts() noexcept { return *impl_->accounts; }
account::CredentialStore& Watchword::credentials() noexcept { return *impl_->credentials; }
session::SessionService& Watchword::sessions() noexcept { return *impl_->sessions; }
sql::Database& Watchword::database() noexcept { return *impl_->database; }
Executor& Watchword::executor() noexcept { return *impl_->executor; }
HashPool& Watchword::hash_pool() noexcept { return *impl_->hash_pool; }
Clock& Watchword::clock() noexcept { return impl_->clock; }
const KeySet& Watchword::keys() const noexcept { return *impl_->keys; }
const TokenPolicy& Watchword::token_policy() const noexcept { return impl_->options.tokens; }
const session::SessionPolicy& Watchword::session_policy() const noexcept { return impl_->options.sessions; }

Result<void> Watchword::ready() noexcept {
  return contained([&]() -> Result<void> {
    auto answers = impl_->ask_database();
    if (!answers || !impl_->feed->stale()) return answers;
    return Error(Errc::unavailable, "revocations_stale", "Revocations cannot be read. Try again later.");
  });
}

Result<void> Watchword::flush_mail() noexcept {
  if (!impl_->dispatcher) return Error(Errc::misconfigured, "mailer_missing", "There is no mailer to send with.");
  return impl_->dispatcher->flush();
}

Result<std::int64_t> Watchword::purge(std::int64_t limit) noexcept {
  return contained([&] { return compose::purge(*impl_->database, impl_->options.naming, impl_->clock.now(), limit); });
}

Result<void> Watchword::restored(const RequestContext& context) noexcept {
  auto voided = impl_->database->run(
      [this](Transaction& transaction) { return (*impl_->code_store).discard(transaction, UserId()); });
  return voided ? impl_->sessions->end_everybody(context) : voided;
}

Result<std::unique_ptr<Watchword>> open(Options options) noexcept {
  using Impl = Watchword::Impl;
  return contained([&]() -> Result<std::unique_ptr<Watchword>> {
    auto impl = std::make_unique<Impl>(std::move(options));
    for (auto step : {&Impl::check_options, &Impl::make_keys, &Impl::make_tokens, &Impl::make_hashing, &Impl::rehearse,
                      &Impl::open_database, &Impl::make_executor, &Impl::make_stores, &Impl::make_sessions,
                      &Impl::migrate, &Impl::start_feed, &Impl::make_mail, &Impl::make_auth}) {
      auto done = ((*impl).*step)();
      if (!done) return done.error();
    }
    return std::make_unique<Watchword>(std::move(impl));
  });
}

Result<std::vector<sql::PendingMigration>> pending_migrations(const Options& options) noexcept {
  return contained([&]() -> Result<std::vector<sql::PendingMigration>> {
    auto valid = sql::check_naming(options.naming);
    if (!valid) return valid.error();
    auto database = compose::open_database_to_read(options, options.log != nullptr ? *options.log : null_log());
    if (!database) return database.error();
    auto schemas = compose::schemas(**database, options.naming);
    return sql::pending_migrations(**database, options.naming, schemas);
  });
}

}  // namespace watchword
