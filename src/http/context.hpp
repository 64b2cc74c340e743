#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <watchword/base/request_context.hpp>
#include <watchword/base/result.hpp>
#include <watchword/http/message.hpp>

namespace watchword::http {

/// Makes request ids that are unique over processes and cost no randomness each.
class RequestIds final {
 public:
  /// Errors: those of the system's generator.
  static Result<RequestIds> create() noexcept;
  RequestIds(RequestIds&& other) noexcept : prefix_(std::move(other.prefix_)), next_(other.next_.load()) {}

  /// The server's id or the client's X-Request-Id, if it is 1 to 64 of [A-Za-z0-9._-]; else a new one.
  std::string id_of(const Request& request);

 private:
  explicit RequestIds(std::string prefix) noexcept : prefix_(std::move(prefix)) {}
  std::string prefix_;
  std::atomic<std::uint64_t> next_{1};
};

/// Who asks, cut to RequestContext's sizes and reduced to printable ASCII, so that it is safe in logs.
RequestContext context_of(const Request& request, std::string request_id);

}  // namespace watchword::http
