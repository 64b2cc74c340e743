#include "http/exchange.hpp"
#include "http/logout.hpp"
#include "http/origin.hpp"
#include "http/replies.hpp"

namespace watchword::http {
namespace {

/// With cookies the tokens go there and nowhere else, so that no script of the page ever holds one.
Response signed_in(Exchange& exchange, const session::LoginOutcome& outcome, bool cookies) {
  if (const auto* challenge = outcome.challenge()) return challenge_reply(*challenge);
  const auto& pair = *outcome.tokens();
  if (!cookies) return token_reply(pair);
  exchange.set_cookies(pair);
  return cookie_reply(pair);
}

void finish_login(const ExchangePtr& exchange, const session::LoginOutcome& outcome, bool cookies) noexcept {
  try {
    auto reply = signed_in(*exchange, outcome, cookies);
    if (!cookies) return exchange->answer(std::move(reply));
    answer_after_replacing(exchange, std::move(reply));
  } catch (...) {
    exchange->refuse(out_of_memory());
  }
}

Result<void> begin_login(const ExchangePtr& exchange) {
  auto cookies = exchange->wants_cookies();
  if (!cookies) return cookies.error();
  Body& body = exchange->body();
  LoginRequest request{std::string(body.text("username_or_email")), body.password("password")};
  if (auto fine = body.check(); !fine) return fine;
  exchange->auth().login(exchange->context(), std::move(request),
                         [exchange, in_cookies = *cookies](Result<session::LoginOutcome> outcome) noexcept {
                           if (!outcome) return exchange->refuse(outcome.error());
                           finish_login(exchange, *outcome, in_cookies);
                         });
  return {};
}

Result<Response> refresh_cookies(Exchange& exchange) {
  auto given = exchange.credentials();
  if (!given) return given.error();
  if (given->refresh.empty()) {
    return Error(Errc::invalid_input, "field_required", "This field is required.").with_field("refresh_token");
  }
  auto trusted = require_trusted_origin(exchange.request(), exchange.site().options.cors_origins);
  if (!trusted) return trusted.error();
  auto pair = exchange.auth().refresh(exchange.context(), given->refresh);
  if (!pair) {
    exchange.clear_dead_cookies(pair.error());
    return pair.error();
  }
  exchange.set_cookies(*pair);
  return cookie_reply(*pair);
}

Result<Response> refresh(Exchange& exchange) {
  auto token = exchange.body().optional_text("refresh_token");
  if (auto fine = exchange.body().check(); !fine) return fine.error();
  if (!token) return refresh_cookies(exchange);
  auto pair = exchange.auth().refresh(exchange.context(), *token);
  if (!pair) return pair.error();
  return token_reply(*pair);
}

Result<Response> log_out_everywhere(Exchange& exchange) {
  if (auto done = exchange.auth().logout_all(exchange.context(), exchange.principal()); !done) return done.error();
  if (exchange.by_cookies()) exchange.clear_cookies();
  return message_reply("Successfully logged out from all sessions");
}

Result<Response> list_sessions(Exchange& exchange) {
  auto sessions = exchange.auth().sessions(exchange.principal());
  if (!sessions) return sessions.error();
  return sessions_reply(*sessions, exchange.principal().session());
}

Result<Response> end_session(Exchange& exchange) {
  auto id = exchange.session_in_path();
  if (auto done = exchange.auth().end_session(exchange.context(), exchange.principal(), id); !done) return done.error();
  if (exchange.by_cookies() && id == exchange.principal().session()) exchange.clear_cookies();
  Response response;
  response.status = 204;
  return response;
}

constexpr Route kRoutes[] = {
    {.method = "POST",
     .path = "/login",
     .name = "login",
     .summary = "Sign in by user name or address",
     .takes = Takes::json,
     .request_schema = "LoginRequest",
     .reply = "Signed in, or a further factor is asked for",
     .reply_schema = "LoginReply",
     .refusals = {401, 403, 429, 503},
     .offers_cookies = true,
     .begin = begin_login},
    {.method = "POST",
     .path = "/refresh",
     .name = "refresh",
     .summary = "Exchange a refresh token, of the body or of the cookies, for a new pair",
     .access = Access::own_judgement,
     .runs = Runs::on_pool,
     .takes = Takes::optional_json,
     .request_schema = "RefreshRequest",
     .reply = "The new pair",
     .reply_schema = "RefreshReply",
     .refusals = {429},
     .answer = refresh},
    {.method = "POST",
     .path = "/logout",
     .name = "logout",
     .summary = "End the session of the access token, of the cookies, or of the refresh token in the body",
     .access = Access::own_judgement,
     .runs = Runs::on_pool,
     .takes = Takes::optional_json,
     .request_schema = "RefreshRequest",
     .reply = "Ended",
     .reply_schema = "Message",
     .answer = log_out},
    {.method = "POST",
     .path = "/logout-all",
     .name = "logout_all",
     .summary = "End all sessions of the user",
     .access = Access::principal,
     .runs = Runs::on_pool,
     .reply = "Ended",
     .reply_schema = "Message",
     .answer = log_out_everywhere},
    {.method = "GET",
     .root = Root::sessions,
     .name = "list_sessions",
     .summary = "The user's live sessions, newest first",
     .access = Access::principal,
     .runs = Runs::on_pool,
     .reply = "The sessions",
     .reply_schema = "Sessions",
     .answer = list_sessions},
    {.method = "DELETE",
     .root = Root::sessions,
     .path = "/{id}",
     .name = "end_session",
     .summary = "End one of the user's sessions",
     .access = Access::principal,
     .runs = Runs::on_pool,
     .status = 204,
     .reply = "Ended",
     .refusals = {404},
     .answer = end_session},
};

}  // namespace

std::span<const Route> session_routes() noexcept { return kRoutes; }

}  // namespace watchword::http
