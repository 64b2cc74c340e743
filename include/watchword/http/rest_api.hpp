#pragma once

#include <memory>
#include <string>
#include <vector>

#include <watchword/base/export.hpp>
#include <watchword/base/function.hpp>
#include <watchword/base/owned.hpp>
#include <watchword/base/result.hpp>
#include <watchword/http/message.hpp>
#include <watchword/watchword.hpp>

namespace watchword::http {

struct RestOptions final {
  /// Where the specification's operations are; begins with "/" and does not end with one.
  std::string base_path = "/api/v1/users";
  std::string sessions_path = "/sessions";
  /// Exact origins ("https://app.example.org") that browsers may call from; none by default. "*" and "null" are
  /// refused.
  std::vector<std::string> cors_origins;
  /// Also offer cookies, beside tokens. A login with the header `X-Watchword-Session: cookie` sets
  /// `__Host-watchword_access` and `__Host-watchword_refresh` (Secure, HttpOnly, SameSite=Lax) and answers
  /// {"token_type":"cookie","expires_in"} instead of tokens. They count where a request has no Authorization header at
  /// all. That login, and each request with cookies whose method is neither GET nor HEAD, must come from the host's own
  /// origin (Origin equals Host and Request::secure), a listed one, or one that the browser's Sec-Fetch-Site vouches
  /// for; else `origin_refused`. An expired access cookie beside a good refresh cookie is refreshed on the way, but not
  /// by a prefetch. POST refresh without `refresh_token` refreshes them at once; logging out clears them.
  bool cookies = true;
  /// Bytes of a body, 1 KiB to 1 MiB.
  std::size_t max_body = 64 * 1024;
};

/// The REST API of the specification for any server: a request in, a response out. Knows no socket and no framework.
/// Errors are RFC 9457 problem details with a stable `code` and, for bad fields, `field`. Safe to use from any thread.
class WATCHWORD_EXPORT RestApi final {
 public:
  using Completion = Function<void(Response)>;

  /// What create() would refuse, before there is a Watchword to create it over. Error: `rest_options` (misconfigured).
  static Result<void> check(const RestOptions& options, const TokenPolicy& tokens = {}) noexcept;
  /// `watchword` must outlive it. Error: `rest_options` (misconfigured); those of the system's random generator.
  static Result<std::unique_ptr<RestApi>> create(Watchword& watchword, const RestOptions& options = {}) noexcept;
  /// Waits for the requests that are under way; therefore not to be called by a completion.
  ~RestApi();

  /// True if the path is one of the API's, whatever the method: the host asks before it looks at its own routes. Paths
  /// are compared byte by byte, so that each has one spelling; the query is ignored.
  bool owns(std::string_view target) const noexcept;
  /// Answers by calling `done` exactly once: on the calling thread if that needs neither a hash nor waiting for a
  /// database, else on another. Never waits for a hash or for
  /// another process; GET /me may wait for one of the database's readers, of which there should be more than of threads
  /// that call this. A path that is not the API's gets 404.
  void handle(Request request, Completion done) noexcept;
  /// The same, blocking until the answer is there. Not for threads of Watchword::executor(), which may be what it waits
  /// for.
  Response handle(Request request) noexcept;

  /// What the host's server answers to a request that it must refuse before it could be handled: a body that is too
  /// large, headers that are too long, framing that means two things. The response is in the API's own form, with
  /// request id, `detail` and CORS. `request` holds what is known of it by then; `status` is 400 to 599, `code` one of
  /// the host's own, `detail` a sentence that says what to do.
  Response refuse(Request request, int status, Literal code, Literal detail) noexcept;

  /// The OpenAPI 3.1 document that /openapi.json serves.
  const std::string& openapi() const noexcept;

 private:
  class Impl;
  explicit RestApi(std::unique_ptr<Impl> impl) noexcept;
  Owned<Impl> impl_;
};

}  // namespace watchword::http
