#include "http/cors.hpp"

#include "http/origin.hpp"

namespace watchword::http {

void add_cors(Response& response, const Request& request, const RestOptions& options, bool used_cookies) {
  auto& headers = response.headers;
  if (!options.cors_origins.empty()) {
    headers.emplace_back("Vary", used_cookies ? "Origin, Cookie" : "Origin");
  } else if (used_cookies) {
    headers.emplace_back("Vary", "Cookie");
  }
  const auto* origin = listed_origin(request, options.cors_origins);
  if (origin == nullptr) return;
  headers.emplace_back("Access-Control-Allow-Origin", *origin);
  if (options.cookies) headers.emplace_back("Access-Control-Allow-Credentials", "true");
  headers.emplace_back("Access-Control-Expose-Headers", "Retry-After, WWW-Authenticate, X-Request-Id");
}

Response preflight(const Request& request, const RestOptions& options, const Place& place) {
  Response response;
  response.status = 204;
  response.headers.emplace_back("Allow", place.allow);
  if (listed_origin(request, options.cors_origins) != nullptr && request.header("Access-Control-Request-Method")) {
    response.headers.emplace_back("Access-Control-Allow-Methods", place.allow);
    response.headers.emplace_back("Access-Control-Allow-Headers",
                                  "Authorization, Content-Type, X-Request-Id, X-Watchword-Session");
    response.headers.emplace_back("Access-Control-Max-Age", "600");
  }
  return response;
}

}  // namespace watchword::http
