#include "http/openapi.hpp"

#include <set>

#include "http/ascii.hpp"
#include "http/cookies.hpp"
#include "http/origin.hpp"
#include "http/problem.hpp"
#include "json/json.hpp"

namespace watchword::http {
namespace {

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

void write_content(json::Writer& out, std::string_view type, std::string_view schema) {
  out.name("content").begin_object().name(type).begin_object().name("schema").begin_object();
  out.name("$ref").text(std::string("#/components/schemas/").append(schema));
  out.end_object().end_object().end_object();
}

/// Every status that a route may refuse with, from what it takes, needs and touches.
std::set<int> refusals_of(const Route& route) {
  std::set<int> statuses;
  for (int status : route.refusals) {
    if (status != 0) statuses.insert(status);
  }
  if (route.takes != Takes::nothing) statuses.insert({400, 413, 415});
  if (route.access != Access::open) statuses.insert(401);
  if (route.access != Access::open && !is_safe_method(route.method)) statuses.insert(403);
  if (route.access == Access::principal) statuses.insert({429, 503});
  if (route.runs != Runs::at_once) statuses.insert(503);
  if (statuses.count(503) != 0) statuses.insert(500);
  return statuses;
}

void write_responses(json::Writer& out, const Route& route) {
  out.name("responses").begin_object();
  out.name(std::to_string(route.status)).begin_object().name("description").text(route.reply);
  if (!route.reply_schema.empty()) write_content(out, "application/json", route.reply_schema);
  out.end_object();
  for (int status : refusals_of(route)) {
    out.name(std::to_string(status)).begin_object().name("description").text(phrase_of(status));
    write_content(out, "application/problem+json", "Problem");
    out.end_object();
  }
  out.end_object();
}

void write_parameters(json::Writer& out, const Place& place, const Route& route) {
  if (!place.takes_id && !route.offers_cookies) return;
  out.name("parameters").begin_array();
  if (place.takes_id) {
    out.raw(R"({"name":"id","in":"path","required":true,"schema":{"type":"string","pattern":"^[0-9a-f]{32}$"}})");
  }
  if (route.offers_cookies) {
    out.raw(R"({"name":"X-Watchword-Session","in":"header","description":"Puts the tokens into cookies.",)"
            R"("schema":{"type":"string","enum":["cookie"]}})");
  }
  out.end_array();
}

void write_security(json::Writer& out, const Route& route, bool cookies) {
  out.name("security").begin_array();
  if (route.access != Access::open) {
    out.raw(R"({"bearer":[]})");
    if (cookies) out.raw(R"({"access_cookie":[]})").raw(R"({"refresh_cookie":[]})");
    if (route.access == Access::own_judgement) out.raw("{}");
  }
  out.end_array();
}

void write_operation(json::Writer& out, const Place& place, const Route& route, bool cookies) {
  out.name(lower_case(route.method)).begin_object();
  out.name("operationId").text(route.name).name("summary").text(route.summary);
  write_security(out, route, cookies);
  write_parameters(out, place, route);
  if (route.takes != Takes::nothing) {
    out.name("requestBody").begin_object().name("required").boolean(route.takes == Takes::json);
    write_content(out, "application/json", route.request_schema);
    out.end_object();
  }
  write_responses(out, route);
  out.end_object();
}

void write_cookie_scheme(json::Writer& out, std::string_view name, std::string_view cookie) {
  out.name(name).begin_object().name("type").text("apiKey").name("in").text("cookie").name("name").text(cookie);
  out.end_object();
}

void write_components(json::Writer& out, bool cookies) {
  out.name("components").begin_object().name("securitySchemes").begin_object();
  out.name("bearer").raw(R"({"type":"http","scheme":"bearer","bearerFormat":"JWT"})");
  if (cookies) {
    write_cookie_scheme(out, "access_cookie", kAccessCookie);
    write_cookie_scheme(out, "refresh_cookie", kRefreshCookie);
  }
  out.end_object().name("schemas").raw(component_schemas()).end_object();
}

}  // namespace

std::string write_openapi(const Router& router, const RestOptions& options) {
  json::Writer out;
  out.begin_object().name("openapi").text("3.1.0").name("info").begin_object();
  out.name("title").text("Watchword").name("version").text("1").end_object().name("paths").begin_object();
  for (const auto& place : router.places()) {
    out.name(place.path).begin_object();
    for (const auto* route : place.routes) write_operation(out, place, *route, options.cookies);
    out.end_object();
  }
  out.end_object();
  write_components(out, options.cookies);
  out.end_object();
  return out.take();
}

}  // namespace watchword::http
