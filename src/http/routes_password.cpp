#include "http/exchange.hpp"
#include "http/replies.hpp"

namespace watchword::http {
namespace {

/// A completion that answers success with a message.
auto answering(const ExchangePtr& exchange, std::string_view message) {
  return [exchange, message](Result<void> done) noexcept {
    if (!done) return exchange->refuse(done.error());
    exchange->answer_with([&] { return message_reply(message); });
  };
}

Result<void> begin_change(const ExchangePtr& exchange) {
  Body& body = exchange->body();
  PasswordChange request{body.password("current_password"), body.password("new_password")};
  if (auto fine = body.check(); !fine) return fine;
  exchange->auth().change_password(exchange->context(), exchange->principal(), std::move(request),
                                   answering(exchange, "Password changed successfully"));
  return {};
}

Result<Response> request_reset(Exchange& exchange) {
  auto email = exchange.body().text("email");
  if (auto fine = exchange.body().check(); !fine) return fine.error();
  if (auto done = exchange.auth().request_password_reset(exchange.context(), email); !done) return done.error();
  return message_reply("If the email exists, a reset code has been sent");
}

Result<void> begin_reset(const ExchangePtr& exchange) {
  Body& body = exchange->body();
  PasswordReset request{std::string(body.text("code")), body.password("new_password"), std::nullopt};
  if (auto email = body.optional_text("email")) request.email.emplace(*email);
  if (auto fine = body.check(); !fine) return fine;
  exchange->auth().reset_password(exchange->context(), std::move(request),
                                  answering(exchange, "Password reset successfully"));
  return {};
}

constexpr Route kRoutes[] = {
    {.method = "POST",
     .path = "/change-password",
     .name = "change_password",
     .summary = "Change the password; ends all other sessions",
     .access = Access::principal,
     .runs = Runs::local_read,
     .takes = Takes::json,
     .request_schema = "PasswordChange",
     .reply = "Changed",
     .reply_schema = "Message",
     .refusals = {409},
     .begin = begin_change},
    {.method = "POST",
     .path = "/request-password-reset",
     .name = "request_password_reset",
     .summary = "Mail a reset code, if an account has the address; the answer is the same if none has",
     .runs = Runs::on_pool,
     .takes = Takes::json,
     .request_schema = "PasswordResetRequest",
     .reply = "Taken note of",
     .reply_schema = "Message",
     .refusals = {429},
     .answer = request_reset},
    {.method = "POST",
     .path = "/reset-password",
     .name = "reset_password",
     .summary = "Set a new password by a reset code; ends all sessions and does not sign in",
     .takes = Takes::json,
     .request_schema = "PasswordReset",
     .reply = "Reset",
     .reply_schema = "Message",
     .refusals = {429, 503},
     .begin = begin_reset},
};

}  // namespace

std::span<const Route> password_routes() noexcept { return kRoutes; }

}  // namespace watchword::http
