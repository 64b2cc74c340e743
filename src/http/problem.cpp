#include "http/problem.hpp"

#include <algorithm>

#include <watchword/http/authenticate.hpp>

#include "json/json.hpp"

namespace watchword::http {
namespace {

/// RFC 6750 section 3.1: the error attribute only where the request carried a token.
bool token_was_presented(std::string_view code) noexcept {
  return (code.substr(0, 6) == "token_" && code != "token_missing") || code == "account_inactive";
}

bool invites_retry(Errc kind) noexcept {
  return kind == Errc::rate_limited || kind == Errc::overloaded || kind == Errc::unavailable ||
         kind == Errc::outcome_unknown;
}

std::string seconds_rounded_up(Lifetime wait) {
  auto seconds = wait.seconds() + (wait.microseconds() % 1000000 > 0 ? 1 : 0);
  return std::to_string(std::max<std::int64_t>(seconds, 1));
}

}  // namespace

int status_of(Errc kind) noexcept {
  switch (kind) {
    case Errc::invalid_input:
      return 400;
    case Errc::unauthenticated:
      return 401;
    case Errc::step_up_required:
    case Errc::forbidden:
      return 403;
    case Errc::not_found:
      return 404;
    case Errc::conflict:
      return 409;
    case Errc::rate_limited:
      return 429;
    case Errc::overloaded:
    case Errc::unavailable:
    case Errc::outcome_unknown:
      return 503;
    case Errc::misconfigured:
    case Errc::internal:
      break;
  }
  return 500;
}

std::string_view phrase_of(int status) noexcept {
  constexpr std::pair<int, std::string_view> phrases[] = {
      {200, "OK"},
      {201, "Created"},
      {204, "No Content"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
  };
  for (const auto& [known, phrase] : phrases) {
    if (known == status) return phrase;
  }
  return "Internal Server Error";
}

Response to_response(const Problem& problem) {
  json::Writer out;
  out.begin_object().name("type").text("about:blank").name("title").text(phrase_of(problem.status));
  out.name("status").integer(problem.status).name("detail").text(problem.detail).name("code").text(problem.code);
  if (!problem.field.empty()) out.name("field").text(problem.field);
  if (!problem.request_id.empty()) out.name("request_id").text(problem.request_id);
  out.end_object();
  return {problem.status, {{"Content-Type", "application/problem+json"}}, out.take()};
}

Response to_response(const Error& error, std::string_view request_id) {
  Response response =
      to_response(Problem{status_of(error.kind()), error.code(), error.message(), error.field(), request_id});
  if (error.kind() == Errc::unauthenticated) {
    response.headers.emplace_back("WWW-Authenticate", token_was_presented(error.code())
                                                          ? R"(Bearer realm="watchword", error="invalid_token")"
                                                          : R"(Bearer realm="watchword")");
  }
  if (invites_retry(error.kind())) {
    response.headers.emplace_back("Retry-After", seconds_rounded_up(error.retry_after()));
  }
  return response;
}

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

Response refusal(const Error& error) noexcept {
  try {
    Response response = to_response(error, {});
    response.headers.emplace_back("Cache-Control", "no-store");
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    return response;
  } catch (...) {
    Response bare;
    bare.status = status_of(error.kind());
    return bare;
  }
}

}  // namespace watchword::http
