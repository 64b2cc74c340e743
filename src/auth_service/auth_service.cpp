#include <watchword/auth_service.hpp>

#include "auth_service/flow.hpp"
#include "auth_service/login.hpp"
#include "auth_service/password_change.hpp"
#include "auth_service/password_reset.hpp"
#include "auth_service/profile.hpp"
#include "auth_service/registration.hpp"

namespace watchword {

AuthService::~AuthService() = default;

namespace auth {
namespace {

Error refresh_invalid() noexcept {
  return {Errc::unauthenticated, "refresh_invalid", "This refresh token is not valid. Sign in again."};
}

class Service final : public AuthService {
 public:
  Service(const AuthParts& parts, std::string foreign_hash)
      : parts_(parts), pace_(std::move(foreign_hash)), in_flight_(std::make_shared<InFlight>()) {}
  ~Service() override { in_flight_->wait(); }
  /// Measures a hash of another kind that is stored, so that the first failure waits as long as the others.
  void calibrate();

  Result<account::Account> register_account(const RequestContext& context, Registration request) noexcept override {
    return block<RegistrationFlow>(context, std::move(request));
  }
  void register_account(const RequestContext& context, Registration request,
                        Completion<account::Account> done) noexcept override {
    launch<RegistrationFlow>(done, context, std::move(request));
  }
  Result<session::LoginOutcome> login(const RequestContext& context, LoginRequest request) noexcept override {
    return block<LoginFlow>(pace_, context, std::move(request));
  }
  void login(const RequestContext& context, LoginRequest request,
             Completion<session::LoginOutcome> done) noexcept override {
    launch<LoginFlow>(done, pace_, context, std::move(request));
  }
  Result<void> change_password(const RequestContext& context, const session::Principal& principal,
                               PasswordChange request) noexcept override {
    return block<PasswordChangeFlow>(context, principal, std::move(request));
  }
  void change_password(const RequestContext& context, const session::Principal& principal, PasswordChange request,
                       Completion<void> done) noexcept override {
    launch<PasswordChangeFlow>(done, context, principal, std::move(request));
  }
  Result<void> reset_password(const RequestContext& context, PasswordReset request) noexcept override {
    return block<PasswordResetFlow>(context, std::move(request));
  }
  void reset_password(const RequestContext& context, PasswordReset request, Completion<void> done) noexcept override {
    launch<PasswordResetFlow>(done, context, std::move(request));
  }

  Result<session::TokenPair> refresh(const RequestContext& context, std::string_view token) noexcept override;
  Result<void> logout(const RequestContext& context, const session::Principal& principal) noexcept override;
  Result<void> logout(const RequestContext& context, std::string_view refresh_token) noexcept override;
  Result<void> logout_all(const RequestContext& context, const session::Principal& principal) noexcept override;
  Result<void> request_password_reset(const RequestContext& context, std::string_view email) noexcept override;
  Result<void> end_session(const RequestContext& context, const session::Principal& principal,
                           SessionId session) noexcept override;

  Result<account::Account> profile(const session::Principal& principal) noexcept override {
    return entered([&] { return require_active(parts_, principal.user()); });
  }
  Result<account::Account> update_profile(const RequestContext& context, const session::Principal& principal,
                                          const ProfileUpdate& update) noexcept override {
    return entered([&] { return auth::update_profile(parts_, context, principal, update); });
  }
  Result<void> activate(const RequestContext& context, UserId user) noexcept override {
    return entered([&] { return auth::activate(parts_, context, user); });
  }
  Result<void> deactivate(const RequestContext& context, UserId user) noexcept override {
    return entered([&] { return auth::deactivate(parts_, context, user); });
  }
  Result<std::vector<session::Session>> sessions(const session::Principal& principal) noexcept override {
    return entered([&] { return parts_.sessions.list(principal.user()); });
  }

 private:
  template <class Flow, class... Args>
  Result<typename Flow::Value> block(Args&&... args) noexcept {
    return entered([&] {
      Flow flow(parts_, std::forward<Args>(args)...);
      return run_blocking(parts_, flow);
    });
  }

  template <class Flow, class... Args>
  void launch(typename Job<Flow>::Completion& done, Args&&... args) noexcept {
    std::shared_ptr<Job<Flow>> job;
    auto made = entered([&]() -> Result<void> {
      Flow flow(parts_, std::forward<Args>(args)...);
      job = std::make_shared<Job<Flow>>(parts_, delayer_, Ticket(in_flight_), std::move(flow), done);
      return {};
    });
    if (!made) return done(made.error());
    job->start();
  }

  const AuthParts parts_;
  FailurePace pace_;
  Delayer delayer_;
  const std::shared_ptr<InFlight> in_flight_;
};

void Service::calibrate() {
  if (pace_.foreign_hash().empty()) return;
  auto password = Password::copy_of("nobody's password");
  if (!password) return;
  auto submitted = parts_.hash_pool.submit(
      [this, ticket = Ticket(in_flight_), typed = std::move(*password)](const Result<void>& admitted) {
        if (!admitted) return;
        const Timestamp began = steady_clock().now();
        auto match = parts_.hasher.verify(typed, pace_.foreign_hash());
        if (match) pace_.observe(steady_clock().now() - began);
      });
  if (!submitted) parts_.log.write(Severity::warning, "pace_not_measured", "No hash could be measured at the start.");
}

Result<session::TokenPair> Service::refresh(const RequestContext& context, std::string_view token) noexcept {
  return entered([&]() -> Result<session::TokenPair> {
    auto presented = OpaqueToken::parse(session::kRefreshPrefix, token);
    if (presented) return parts_.sessions.refresh(context, *presented);
    if (presented.error().kind() != Errc::unauthenticated) return presented.error();
    return refused(parts_, {"session.refreshed", context, {}, {}}, refresh_invalid().with_reason("malformed"));
  });
}

Result<void> Service::logout(const RequestContext& context, const session::Principal& principal) noexcept {
  return entered([&]() -> Result<void> {
    auto ended = parts_.sessions.end(context, principal);
    if (!ended) return ended;
    parts_.audit.note(Story{"logout", context, principal.user(), principal.session()}.success(parts_.clock.now()));
    return {};
  });
}

Result<void> Service::logout(const RequestContext& context, std::string_view refresh_token) noexcept {
  return entered([&]() -> Result<void> {
    auto presented = OpaqueToken::parse(session::kRefreshPrefix, refresh_token);
    if (presented) return parts_.sessions.end_by_refresh_token(context, *presented);
    if (presented.error().kind() != Errc::unauthenticated) return presented.error();
    return {};
  });
}

Result<void> Service::logout_all(const RequestContext& context, const session::Principal& principal) noexcept {
  return entered([&]() -> Result<void> {
    auto ended = parts_.sessions.end_all(context, principal.user());
    const Story story{"logout_all", context, principal.user(), principal.session()};
    if (!ended) {
      return refused(parts_, story, ended.error().code() == "account_unknown" ? account_inactive() : ended.error());
    }
    parts_.audit.note(story.success(parts_.clock.now()));
    return {};
  });
}

Result<void> Service::request_password_reset(const RequestContext& context, std::string_view email) noexcept {
  return entered([&]() -> Result<void> {
    auto address = account::EmailAddress::parse(email);
    if (!address) return refused(parts_, {"password.reset_requested", context, {}, {}}, address.error());
    auto requested = parts_.recovery.request(context, *address);
    if (requested) wake_dispatcher(parts_);
    return requested;
  });
}

Result<void> Service::end_session(const RequestContext& context, const session::Principal& principal,
                                  SessionId session) noexcept {
  return entered([&]() -> Result<void> {
    auto ended = parts_.sessions.end(context, principal.user(), session);
    if (!ended) return refused(parts_, {"session.ended", context, principal.user(), session}, ended.error());
    return {};
  });
}

}  // namespace
}  // namespace auth

Result<std::unique_ptr<AuthService>> make_auth_service(const AuthParts& parts, std::string foreign_hash) noexcept {
  return contained([&]() -> Result<std::unique_ptr<AuthService>> {
    auto service = std::make_unique<auth::Service>(parts, std::move(foreign_hash));
    service->calibrate();
    return std::unique_ptr<AuthService>(std::move(service));
  });
}

}  // namespace watchword
