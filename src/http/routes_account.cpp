#include "http/exchange.hpp"
#include "http/replies.hpp"

namespace watchword::http {
namespace {

Result<void> begin_registration(const ExchangePtr& exchange) {
  Body& body = exchange->body();
  Registration request{std::string(body.text("email")), std::string(body.text("username")), body.password("password")};
  if (auto fine = body.check(); !fine) return fine;
  exchange->auth().register_account(exchange->context(), std::move(request),
                                    [exchange](Result<account::Account> made) noexcept {
                                      if (!made) return exchange->refuse(made.error());
                                      exchange->answer_with([&] { return account_reply(201, *made); });
                                    });
  return {};
}

Result<Response> show_profile(Exchange& exchange) {
  auto account = exchange.auth().profile(exchange.principal());
  if (!account) return account.error();
  return account_reply(200, *account);
}

Result<Response> update_profile(Exchange& exchange) {
  Body& body = exchange.body();
  ProfileUpdate update;
  if (auto email = body.optional_text("email")) update.email.emplace(*email);
  if (auto username = body.optional_text("username")) update.username.emplace(*username);
  if (auto fine = body.check(); !fine) return fine.error();
  auto account = exchange.auth().update_profile(exchange.context(), exchange.principal(), update);
  if (!account) return account.error();
  return account_reply(200, *account);
}

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/me",
     .name = "show_profile",
     .summary = "The signed-in user's account",
     .access = Access::principal,
     .runs = Runs::local_read,
     .reply = "The account",
     .reply_schema = "Account",
     .answer = show_profile},
    {.method = "PUT",
     .path = "/me",
     .name = "update_profile",
     .summary = "Change the address, the user name or both",
     .access = Access::principal,
     .runs = Runs::on_pool,
     .takes = Takes::json,
     .request_schema = "ProfileUpdate",
     .reply = "The account as it is now",
     .reply_schema = "Account",
     .refusals = {409},
     .answer = update_profile},
    {.method = "POST",
     .path = "/register",
     .name = "register",
     .summary = "Make an account; does not sign in",
     .takes = Takes::json,
     .request_schema = "Registration",
     .status = 201,
     .reply = "The new account",
     .reply_schema = "Account",
     .refusals = {403, 409, 429, 503},
     .begin = begin_registration},
};

}  // namespace

std::span<const Route> account_routes() noexcept { return kRoutes; }

}  // namespace watchword::http
