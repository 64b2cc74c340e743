#include "exchange.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>

#include <watchword/base/time.hpp>

#include "framing.hpp"
#include "head_layout.hpp"

namespace example {
namespace {

using Stage = Connections::Stage;
using watchword::http::Response;

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

std::size_t scheme_size(const std::string& target) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (strncasecmp(target.c_str(), scheme.data(), scheme.size()) == 0) return scheme.size();
  }
  return 0;
}

const char* name_of(MHD_RequestTerminationCode how) {
  switch (how) {
    case MHD_REQUEST_TERMINATED_COMPLETED_OK:
      return "completed";
    case MHD_REQUEST_TERMINATED_TIMEOUT_REACHED:
      return "timeout";
    case MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN:
      return "shutdown";
    case MHD_REQUEST_TERMINATED_READ_ERROR:
      return "read_error";
    case MHD_REQUEST_TERMINATED_CLIENT_ABORT:
      return "client_gone";
    case MHD_REQUEST_TERMINATED_WITH_ERROR:
      break;
  }
  return "error";
}

struct Head final {
  std::vector<watchword::http::Field>& fields;
  HeadLayout layout;
};

MHD_Result collect_header(void* into, MHD_ValueKind, const char* name, std::size_t name_size, const char* value,
                          std::size_t value_size) {
  auto& head = *static_cast<Head*>(into);
  head.layout.add(name, name_size, value, value_size);
  head.fields.emplace_back(std::string(name, name_size),
                           value == nullptr ? std::string() : std::string(value, value_size));
  return MHD_YES;
}

std::int64_t now_us() { return watchword::steady_clock().now().microseconds(); }

}  // namespace

/// RFC 9112 section 3.2.2: http://host/path asks for /path, and its host takes the place of Host.
void Exchange::use_origin_form() {
  std::string& target = request_.target;
  std::size_t scheme = scheme_size(target);
  if (scheme == 0) return;
  std::size_t path = std::min(target.find_first_of("/?", scheme), target.size());
  for (auto& [name, value] : request_.headers) {
    if (strcasecmp(name.c_str(), "Host") == 0) value = target.substr(scheme, path - scheme);
  }
  target = (path < target.size() && target[path] == '/' ? "" : "/") + target.substr(path);
}

MHD_Result Exchange::begin(MHD_Connection* connection, const RequestLine& line) {
  begun_ = true;
  begun_at_us_ = now_us();
  Connections::allow(*peer_, common_.limits.body_seconds);
  logged_method_ = std::string(line.method).substr(0, 16);
  // libmicrohttpd leaves the body out by itself, and then tells its true length (RFC 9110 section 9.3.2).
  request_.method = logged_method_ == "HEAD" ? "GET" : line.method;
  request_.secure = common_.secure;
  request_.client_address = address_of(connection);
  client_ = request_.client_address;
  Head head{request_.headers, HeadLayout(line.method, line.target, request_.target.size(), line.version)};
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, collect_header, &head);
  const auto* size = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  const std::size_t head_size = size == nullptr ? 0 : size->header_size;
  use_origin_form();
  // A path that is not the API's may be anything, such as a link with somebody's code in it.
  if (common_.api.owns(request_.target)) logged_path_ = request_.target.substr(0, request_.target.find('?'));
  if (head_size > common_.limits.header_bytes) {
    return refuse(connection, 431, "headers_too_large", "Send shorter headers.");
  }
  if (!head.layout.is_whole(head_size)) {
    return refuse(connection, 400, "framing_ambiguous", "Send each field on a line of its own that ends with CRLF.");
  }
  auto refusal = framing_refusal(request_, line.version, common_.limits.body_bytes);
  return refusal ? refuse(connection, refusal->status, refusal->code, refusal->detail) : MHD_YES;
}

MHD_Result Exchange::receive(MHD_Connection* connection, const char* piece, std::size_t* size) {
  const std::size_t most = common_.limits.body_bytes;
  if (*size > 0) {
    // A chunked body has no length to be refused by, and libmicrohttpd takes no answer before its end: what is too much
    // is dropped, for as long as the clock allows.
    body_bytes_ = std::min(body_bytes_ + *size, most + 1);
    if (body_bytes_ <= most) request_.body.append(piece, *size);
    *size = 0;
    return MHD_YES;
  }
  if (dispatched_) return answer(connection);
  if (body_bytes_ > most) return refuse(connection, 413, "body_too_large", "Send a smaller body.");
  return dispatch(connection);
}

MHD_Result Exchange::dispatch(MHD_Connection* connection) {
  ++common_.running;
  // Counted before asked: once the server closes, the count can only fall.
  if (common_.closing || !Connections::leave_reading(*peer_, Stage::working)) {
    --common_.running;
    return MHD_NO;
  }
  dispatched_ = true;
  Connections::stop_clock(*peer_);
  owed_ = true;
  common_.api.handle(std::move(request_), [this, connection, &common = common_](Response response) {
    response_ = std::move(response);
    peer_->stage = Stage::answering;
    ++common.unsent;
    // Whoever comes second acts: the completion resumes what was suspended, or the handler finds the answer there. From
    // there on this object may be gone.
    if (phase_.exchange(answered) == suspended) MHD_resume_connection(connection);
    --common.running;
  });
  if (phase_.load() == answered) return answer(connection);
  MHD_suspend_connection(connection);
  int expected = working;
  if (!phase_.compare_exchange_strong(expected, suspended)) MHD_resume_connection(connection);
  return MHD_YES;
}

MHD_Result Exchange::refuse(MHD_Connection* connection, int status, watchword::Literal code,
                            watchword::Literal detail) {
  if (!Connections::leave_reading(*peer_, Stage::answering)) return MHD_NO;
  owed_ = true;
  ++common_.unsent;
  response_ = common_.api.refuse(std::move(request_), status, code, detail);
  response_.headers.emplace_back("Connection", "close");
  return answer(connection);
}

MHD_Result Exchange::answer(MHD_Connection* connection) {
  Connections::allow(*peer_, common_.limits.answer_seconds);
  if (common_.closing && !response_.header("Connection")) response_.headers.emplace_back("Connection", "close");
  MHD_Response* out =
      MHD_create_response_from_buffer(response_.body.size(), response_.body.data(), MHD_RESPMEM_MUST_COPY);
  if (out == nullptr) return MHD_NO;
  for (const auto& [name, value] : response_.headers) MHD_add_response_header(out, name.c_str(), value.c_str());
  MHD_Result queued = MHD_queue_response(connection, static_cast<unsigned>(response_.status), out);
  MHD_destroy_response(out);
  queued_ = queued == MHD_YES;
  return queued;
}

void Exchange::end() noexcept {
  if (!owed_) return;
  --common_.unsent;
  Stage expected = Stage::answering;
  peer_->stage.compare_exchange_strong(expected, Stage::reading);
  Connections::allow(*peer_, common_.limits.header_seconds);
}

void Exchange::log(Log& log, MHD_RequestTerminationCode how) const {
  if (!log.requests() || !begun_) return;
  LogLine line("info", "request");
  line.field("method", logged_method_);
  if (!logged_path_.empty()) line.field("path", logged_path_);
  line.field("status", queued_ ? response_.status : 0);
  if (!queued_ || how != MHD_REQUEST_TERMINATED_COMPLETED_OK) line.flag("aborted", true).field("reason", name_of(how));
  line.field("microseconds", now_us() - begun_at_us_).field("client", client_);
  if (auto id = response_.header("X-Request-Id")) line.field("request_id", *id);
  log.line(std::move(line));
}

}  // namespace example
