#include "http/logout.hpp"

#include <watchword/base/executor.hpp>

#include "http/origin.hpp"
#include "http/replies.hpp"

namespace watchword::http {
namespace {

/// What logging out by several credentials has come to.
struct Ending final {
  bool ended = false;
  Error refusal = token_missing();
};

Result<void> end_by_access(Exchange& exchange, std::string_view token, Ending& ending) {
  auto principal = exchange.site().watchword.guard().check(token);
  if (principal) {
    if (auto done = exchange.auth().logout(exchange.context(), *principal); !done) return done;
  } else if (principal.error().code() != "token_revoked") {
    ending.refusal = principal.error();
    return {};
  }
  ending.ended = true;
  return {};
}

Result<void> end_by_refresh(Exchange& exchange, std::string_view token, Ending& ending) {
  auto presented = OpaqueToken::parse(session::kRefreshPrefix, token);
  if (!presented && presented.error().kind() == Errc::unauthenticated) {
    if (ending.refusal.kind() == Errc::unauthenticated) ending.refusal = presented.error();
    return {};
  }
  if (auto done = exchange.auth().logout(exchange.context(), token); !done) return done;
  ending.ended = true;
  return {};
}

Result<void> end_by_both(Exchange& exchange, const Credentials& given, Ending& ending) {
  if (!given.access.empty()) {
    if (auto done = end_by_access(exchange, given.access, ending); !done) return done;
  }
  if (given.refresh.empty()) return {};
  return end_by_refresh(exchange, given.refresh, ending);
}

/// Whatever state the cookies are in the browser gets rid of them; only a store that does not answer is a failure.
Result<void> end_by_cookies(Exchange& exchange, const Result<Credentials>& given, Ending& ending) {
  auto trusted = require_trusted_origin(exchange.request(), exchange.site().options.cors_origins);
  if (!trusted) return trusted;
  exchange.clear_cookies();
  if (given) {
    if (auto done = end_by_both(exchange, *given, ending); !done) return done;
  }
  if (ending.refusal.kind() == Errc::unauthenticated) ending.ended = true;
  return {};
}

Result<void> end_by_credentials(Exchange& exchange, Ending& ending) {
  auto given = exchange.credentials();
  bool cookies = given ? given->source == Credentials::Source::cookies : exchange.request().count("Authorization") == 0;
  if (cookies) return end_by_cookies(exchange, given, ending);
  if (given) return end_by_both(exchange, *given, ending);
  ending.refusal = given.error();
  return {};
}

/// The refresh cookie that a request brought, "" where none.
std::string_view refresh_cookie(const Exchange& exchange) noexcept {
  auto given = exchange.credentials();
  return given ? given->refresh : std::string_view();
}

/// A login and the reply that waits for the old session's end.
struct Replacing final {
  ExchangePtr exchange;
  std::shared_ptr<Response> reply;

  void operator()() const noexcept {
    // The new session stands whatever becomes of the old one, which ends by itself at the latest.
    (void)exchange->auth().logout(exchange->context(), refresh_cookie(*exchange));
    exchange->answer(std::move(*reply));
  }
};

}  // namespace

Result<Response> log_out(Exchange& exchange) {
  auto token = exchange.body().optional_text("refresh_token");
  if (auto fine = exchange.body().check(); !fine) return fine.error();
  Ending ending;
  if (auto done = end_by_credentials(exchange, ending); !done) return done.error();
  if (token) {
    if (auto done = end_by_refresh(exchange, *token, ending); !done) return done.error();
  }
  if (!ending.ended) return ending.refusal;
  return message_reply("Successfully logged out");
}

void answer_after_replacing(const ExchangePtr& exchange, Response reply) {
  if (refresh_cookie(*exchange).empty()) return exchange->answer(std::move(reply));
  auto held = std::make_shared<Response>(std::move(reply));
  auto posted = exchange->site().watchword.executor().post(Replacing{exchange, held});
  if (!posted) exchange->answer(std::move(*held));
}

}  // namespace watchword::http
