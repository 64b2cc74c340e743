#include "http/exchange.hpp"
#include "http/replies.hpp"

namespace watchword::http {
namespace {

/// Says that the process runs; it asks nobody else, so that a dead database does not get it restarted.
Result<Response> show_health(Exchange&) { return json_reply(200, R"({"status":"ok"})"); }

Result<Response> show_readiness(Exchange& exchange) {
  if (auto ready = exchange.site().watchword.ready(); !ready) return ready.error();
  return json_reply(200, R"({"status":"ready"})");
}

Result<Response> show_document(Exchange& exchange) { return json_reply(200, exchange.site().openapi); }

constexpr Route kRoutes[] = {
    {.method = "GET",
     .root = Root::site,
     .path = "/healthz",
     .name = "show_health",
     .summary = "Whether the process runs",
     .reply = "It runs",
     .reply_schema = "Status",
     .answer = show_health},
    {.method = "GET",
     .root = Root::site,
     .path = "/readyz",
     .name = "show_readiness",
     .summary = "Whether requests can be served now",
     .runs = Runs::on_pool,
     .reply = "Ready",
     .reply_schema = "Status",
     .answer = show_readiness},
    {.method = "GET",
     .root = Root::site,
     .path = "/openapi.json",
     .name = "show_openapi",
     .summary = "This document",
     .reply = "An OpenAPI 3.1 document",
     .reply_schema = "OpenApi",
     .answer = show_document},
};

}  // namespace

std::span<const Route> service_routes() noexcept { return kRoutes; }

}  // namespace watchword::http
