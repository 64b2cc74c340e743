#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <watchword/auth_service.hpp>
#include <watchword/http/rest_api.hpp>
#include <watchword/watchword.hpp>

#include "http/body.hpp"
#include "http/context.hpp"
#include "http/identity.hpp"
#include "http/problem.hpp"
#include "http/router.hpp"

namespace watchword::http {

/// What all requests of one RestApi share.
struct Site final {
  Watchword& watchword;
  RestOptions options;
  Router router;
  RequestIds ids;
  bool reads_are_local;
  std::string openapi;
  std::atomic<std::size_t> under_way{0};

  /// Waits until no exchange is left.
  void drain() noexcept;
};

/// One request under way, and the only one who calls its completion: once, whatever happens; if everybody who held it
/// let go without an answer, with an `internal` refusal. Used by one thread at a time, which may change.
class Exchange final : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::shared_ptr<Site> site, Request&& request, RestApi::Completion&& done) noexcept;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  Site& site() noexcept { return *site_; }
  AuthService& auth() noexcept { return site_->watchword.auth(); }
  const Request& request() const noexcept { return request_; }
  const std::string& request_id();
  const RequestContext& context();

  const Route& route() const noexcept { return *route_; }
  SessionId session_in_path() const noexcept { return session_in_path_; }
  void enter(const Route& route, SessionId session_in_path) noexcept;
  /// True on a thread that may wait for the database.
  bool may_wait() const noexcept { return may_wait_; }
  /// Runs `task` with this exchange on the executor, where it may wait. Error: `executor_full` (overloaded).
  Result<void> post(void (*task)(const ExchangePtr& exchange) noexcept);

  /// Parses the body and erases its bytes.
  Result<void> read_body() noexcept;
  Body& body() noexcept { return *body_; }

  Result<Credentials> credentials() const noexcept;
  /// Sets principal(). False: renew() must be called first.
  Result<bool> identify() noexcept;
  Result<void> renew();
  const session::Principal& principal() const noexcept { return *principal_; }
  bool by_cookies() const noexcept { return by_cookies_; }

  /// Whether the client asked for cookies instead of tokens. Errors: `session_mode` (invalid_input), `origin_refused`.
  Result<bool> wants_cookies() const noexcept;
  void set_cookies(const session::TokenPair& pair);
  void clear_cookies();
  /// The same where `error` says that the refresh cookie is good for nothing any more.
  void clear_dead_cookies(const Error& error);

  void answer(Response response) noexcept;
  void refuse(const Error& error) noexcept;
  void refuse(int status, std::string_view code, std::string_view detail, std::string_view allow = {}) noexcept;
  /// Calls `make` for the response; where it throws, refuses.
  template <class Make>
  void answer_with(Make&& make) noexcept {
    try {
      answer(make());
    } catch (...) {
      refuse(out_of_memory());
    }
  }

 private:
  void complete(Response& response);
  void call_done(Response&& response) noexcept;

  std::shared_ptr<Site> site_;
  Request request_;
  RestApi::Completion done_;
  std::atomic<bool> answered_{false};
  const Route* route_ = nullptr;
  SessionId session_in_path_;
  bool may_wait_ = false;
  bool by_cookies_ = false;
  std::optional<Body> body_;
  std::optional<session::Principal> principal_;
  std::optional<RequestContext> context_;
  std::string request_id_;
  std::vector<std::string> new_cookies_;
};

}  // namespace watchword::http
