#include "http/exchange.hpp"

#include <watchword/base/executor.hpp>

#include "http/cookies.hpp"
#include "http/cors.hpp"
#include "http/origin.hpp"

namespace watchword::http {

void Site::drain() noexcept {
  for (auto left = under_way.load(); left != 0; left = under_way.load()) under_way.wait(left);
}

Exchange::Exchange(std::shared_ptr<Site> site, Request&& request, RestApi::Completion&& done) noexcept
    : site_(std::move(site)), request_(std::move(request)), done_(std::move(done)) {
  site_->under_way.fetch_add(1);
}

Exchange::~Exchange() {
  if (!answered_) refuse(Error(Errc::internal, "internal", "The server failed. Tell its operator."));
  secure_zero(request_.body.data(), request_.body.size());
  done_ = nullptr;
  // What waits may go on at once; the site stays for as long as this object holds it.
  if (site_->under_way.fetch_sub(1) == 1) site_->under_way.notify_all();
}

const std::string& Exchange::request_id() {
  if (request_id_.empty()) request_id_ = site_->ids.id_of(request_);
  return request_id_;
}

const RequestContext& Exchange::context() {
  if (!context_) context_ = context_of(request_, request_id());
  return *context_;
}

void Exchange::enter(const Route& route, SessionId session_in_path) noexcept {
  route_ = &route;
  session_in_path_ = session_in_path;
}

Result<void> Exchange::post(void (*task)(const ExchangePtr& exchange) noexcept) {
  return site_->watchword.executor().post([exchange = shared_from_this(), task] {
    exchange->may_wait_ = true;
    task(exchange);
  });
}

Result<void> Exchange::read_body() noexcept {
  if (route_->takes == Takes::nothing || body_) return {};
  auto parsed = Body::parse(request_.body, route_->takes == Takes::optional_json, site_->options.max_body);
  secure_zero(request_.body.data(), request_.body.size());
  if (!parsed) return parsed.error();
  body_.emplace(std::move(*parsed));
  return {};
}

Result<Credentials> Exchange::credentials() const noexcept {
  return read_credentials(request_, site_->options.cookies);
}

Result<bool> Exchange::identify() noexcept {
  auto given = credentials();
  if (!given) return given.error();
  by_cookies_ = given->source == Credentials::Source::cookies;
  auto found = http::identify(site_->watchword.guard(), request_, *given, site_->options.cors_origins);
  if (!found) return found.error();
  principal_ = *found;
  return principal_.has_value();
}

Result<void> Exchange::renew() {
  auto given = credentials();
  if (!given) return given.error();
  auto renewal = http::renew(site_->watchword, context(), *given);
  if (!renewal) {
    clear_dead_cookies(renewal.error());
    return renewal.error();
  }
  set_cookies(renewal->tokens);
  principal_ = renewal->principal;
  return {};
}

Result<bool> Exchange::wants_cookies() const noexcept {
  auto mode = request_.header("X-Watchword-Session");
  if (!mode) return false;
  if (!site_->options.cookies) {
    return Error(Errc::invalid_input, "session_mode", "Leave out X-Watchword-Session: this server gives tokens.");
  }
  if (request_.count("X-Watchword-Session") > 1 || *mode != "cookie") {
    return Error(Errc::invalid_input, "session_mode", "Write cookie, or leave the header out.");
  }
  if (auto trusted = require_trusted_origin(request_, site_->options.cors_origins); !trusted) return trusted.error();
  return true;
}

void Exchange::set_cookies(const session::TokenPair& pair) {
  new_cookies_ = session_cookies(pair, site_->watchword.clock().now());
}

void Exchange::clear_cookies() { new_cookies_ = cleared_session_cookies(); }

void Exchange::clear_dead_cookies(const Error& error) {
  if (error.kind() == Errc::unauthenticated) clear_cookies();
}

void Exchange::complete(Response& response) {
  const bool constant = route_ != nullptr && route_->access == Access::open && route_->runs == Runs::at_once &&
                        route_->method == "GET" && response.status == 200;
  auto& headers = response.headers;
  headers.reserve(headers.size() + 8);
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("X-Request-Id", request_id());
  headers.emplace_back("Cache-Control", constant ? "no-cache" : "no-store");
  add_cors(response, request_, site_->options, by_cookies_ || !new_cookies_.empty());
  for (auto& cookie : new_cookies_) headers.emplace_back("Set-Cookie", std::move(cookie));
  new_cookies_.clear();
  if (request_.method == "HEAD") response.body.clear();
}

void Exchange::call_done(Response&& response) noexcept {
  if (answered_.exchange(true)) return;
  try {
    done_(std::move(response));
  } catch (...) {
    // The host's completion has been called; what it throws is its own loss.
  }
}

void Exchange::answer(Response response) noexcept {
  try {
    complete(response);
    call_done(std::move(response));
  } catch (...) {
    Response bare;
    bare.status = 503;
    call_done(std::move(bare));
  }
}

void Exchange::refuse(const Error& error) noexcept {
  try {
    answer(to_response(error, request_id()));
  } catch (...) {
    Response bare;
    bare.status = status_of(error.kind());
    call_done(std::move(bare));
  }
}

void Exchange::refuse(int status, std::string_view code, std::string_view detail, std::string_view allow) noexcept {
  answer_with([&] {
    Response response = to_response(Problem{status, code, detail, {}, request_id()});
    if (!allow.empty()) response.headers.emplace_back("Allow", allow);
    return response;
  });
}

}  // namespace watchword::http
