#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include <watchword/base/result.hpp>
#include <watchword/http/message.hpp>

namespace watchword::http {

class Exchange;
using ExchangePtr = std::shared_ptr<Exchange>;

/// Which of RestOptions' paths a route's own path is appended to.
enum class Root : std::uint8_t { users, sessions, site };

enum class Access : std::uint8_t {
  open,           ///< for everybody
  own_judgement,  ///< the route looks at the credentials itself
  principal,      ///< needs an access token, or cookies
};

enum class Runs : std::uint8_t {
  at_once,     ///< never waits
  local_read,  ///< at once if the database's reads are local
  on_pool,     ///< waits for the database
};

enum class Takes : std::uint8_t { nothing, optional_json, json };

/// One operation: what the dispatcher obeys, and what the OpenAPI document is written from.
struct Route final {
  std::string_view method{};
  Root root = Root::users;
  std::string_view path{};  ///< "/{id}" takes a session's id
  std::string_view name;    ///< operationId
  std::string_view summary{};
  Access access = Access::open;
  Runs runs = Runs::at_once;
  Takes takes = Takes::nothing;
  std::string_view request_schema{};
  int status = 200;
  std::string_view reply{};         ///< what the success means
  std::string_view reply_schema{};  ///< "" where it has no body
  /// Statuses of refusals beyond those that follow from the members above; 0 ends.
  std::array<int, 4> refusals{};
  bool offers_cookies = false;  ///< understands X-Watchword-Session

  /// One of the two: answers, or starts what will answer by the exchange.
  Result<Response> (*answer)(Exchange& exchange) = nullptr;
  Result<void> (*begin)(const ExchangePtr& exchange) = nullptr;
};

std::span<const Route> account_routes() noexcept;
std::span<const Route> password_routes() noexcept;
std::span<const Route> session_routes() noexcept;
std::span<const Route> service_routes() noexcept;

}  // namespace watchword::http
