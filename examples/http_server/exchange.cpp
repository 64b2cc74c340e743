#include "exchange.hpp"

#include <charconv>
#include <cstring>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <watchword/base/time.hpp>

namespace example {
namespace {

using watchword::http::Response;

Response problem(int status, const char* title, const char* code) {
  Response response;
  response.status = status;
  response.headers = {
      {"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}, {"Connection", "close"}};
  response.body = std::string("{\"type\":\"about:blank\",\"title\":\"") + title +
                  "\",\"status\":" + std::to_string(status) + ",\"code\":\"" + code + "\"}";
  return response;
}

std::string address_of(MHD_Connection* connection) {
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == nullptr || info->client_addr == nullptr) return {};
  char text[INET6_ADDRSTRLEN] = {};
  if (info->client_addr->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(info->client_addr)->sin_addr, text, sizeof text);
  } else if (info->client_addr->sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(info->client_addr)->sin6_addr, text, sizeof text);
  }
  return text;
}

// What the framing headers say that makes reading the body pointless or unsafe; nothing if it may be read.
std::optional<Response> framing_refusal(const watchword::http::Request& request, const Limits& limits) {
  if (request.count("Host") > 1) return problem(400, "More than one Host", "framing_ambiguous");
  auto length = request.header("Content-Length");
  if (length && request.header("Transfer-Encoding")) {
    return problem(400, "Content-Length and Transfer-Encoding together", "framing_ambiguous");
  }
  if (!length) return std::nullopt;
  std::size_t bytes = 0;
  auto [end, error] = std::from_chars(length->data(), length->data() + length->size(), bytes);
  if (error == std::errc::result_out_of_range || bytes > limits.body_bytes) {
    return problem(413, "Content Too Large", "body_too_large");
  }
  if (error != std::errc() || end != length->data() + length->size()) {
    return problem(400, "Content-Length is not a number", "framing_ambiguous");
  }
  return std::nullopt;
}

std::int64_t now_us() { return watchword::steady_clock().now().microseconds(); }

}  // namespace

MHD_Result Exchange::collect_header(void* exchange, MHD_ValueKind, const char* name, std::size_t name_size,
                                    const char* value, std::size_t value_size) {
  auto& self = *static_cast<Exchange*>(exchange);
  self.header_bytes_ += name_size + value_size + 4;
  self.request_.headers.emplace_back(std::string(name, name_size),
                                     value == nullptr ? std::string() : std::string(value, value_size));
  return MHD_YES;
}

MHD_Result Exchange::begin(MHD_Connection* connection, const char* method, bool secure, const Limits& limits) {
  begun_ = true;
  begun_at_us_ = now_us();
  limits_answer_seconds_ = limits.answer_seconds;
  Connections::allow(*peer_, limits.body_seconds);
  logged_method_ = std::string(method).substr(0, 16);
  // libmicrohttpd leaves the body out by itself, and then tells its true length (RFC 9110 section 9.3.2).
  request_.method = logged_method_ == "HEAD" ? "GET" : method;
  request_.secure = secure;
  request_.client_address = address_of(connection);
  logged_path_ = request_.target.substr(0, std::min<std::size_t>(request_.target.find('?'), 128));
  client_ = request_.client_address;
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, collect_header, this);
  if (header_bytes_ + request_.target.size() > limits.header_bytes) {
    response_ = problem(431, "Request Header Fields Too Large", "headers_too_large");
    return answer(connection);
  }
  if (auto refusal = framing_refusal(request_, limits)) {
    response_ = *std::move(refusal);
    return answer(connection);
  }
  return MHD_YES;
}

void Exchange::append(const char* piece, std::size_t size, const Limits& limits) {
  body_bytes_ += size;
  if (body_bytes_ <= limits.body_bytes) request_.body.append(piece, size);
}

MHD_Result Exchange::receive(MHD_Connection* connection, const char* piece, std::size_t* size, const Limits& limits,
                             watchword::http::RestApi& api) {
  if (*size > 0) {
    append(piece, *size, limits);
    *size = 0;
    // A chunked body has no length that could be refused beforehand; one that goes on regardless is cut off.
    return body_bytes_ > 16 * limits.body_bytes ? MHD_NO : MHD_YES;
  }
  if (dispatched_) return answer(connection);
  if (body_bytes_ > limits.body_bytes) {
    response_ = problem(413, "Content Too Large", "body_too_large");
    return answer(connection);
  }
  return dispatch(connection, api);
}

MHD_Result Exchange::dispatch(MHD_Connection* connection, watchword::http::RestApi& api) {
  dispatched_ = true;
  Connections::stop_clock(*peer_);
  api.handle(std::move(request_), [this, connection](Response response) {
    response_ = std::move(response);
    // Whoever comes second acts: the completion resumes what was suspended, or the handler finds the answer there.
    if (phase_.exchange(answered) == suspended) MHD_resume_connection(connection);
  });
  if (phase_.load() == answered) return answer(connection);
  MHD_suspend_connection(connection);
  int expected = working;
  if (!phase_.compare_exchange_strong(expected, suspended)) MHD_resume_connection(connection);
  return MHD_YES;
}

MHD_Result Exchange::answer(MHD_Connection* connection) {
  Connections::allow(*peer_, limits_answer_seconds_);
  MHD_Response* out =
      MHD_create_response_from_buffer(response_.body.size(), response_.body.data(), MHD_RESPMEM_MUST_COPY);
  if (out == nullptr) return MHD_NO;
  for (const auto& [name, value] : response_.headers) MHD_add_response_header(out, name.c_str(), value.c_str());
  MHD_Result queued = MHD_queue_response(connection, static_cast<unsigned>(response_.status), out);
  MHD_destroy_response(out);
  return queued;
}

void Exchange::log(Log& log) const {
  if (!log.requests() || !begun_) return;
  LogLine line("info", "request");
  line.field("method", logged_method_).field("path", logged_path_).field("status", response_.status);
  line.field("microseconds", now_us() - begun_at_us_).field("client", client_);
  if (auto id = response_.header("X-Request-Id")) line.field("request_id", *id);
  log.line(std::move(line));
}

}  // namespace example
