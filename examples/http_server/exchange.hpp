#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <microhttpd.h>

#include <watchword/http/rest_api.hpp>

#include "connections.hpp"
#include "log.hpp"

namespace example {

struct Limits final {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 64 * 1024;
  int header_seconds = 30;  ///< from connecting, or from the last answer, to the end of the next request's headers
  int body_seconds = 30;
  int answer_seconds = 30;  ///< for the client to take the answer
};

/// One request and its response. Lives from the request line until libmicrohttpd has sent the answer.
class Exchange final {
 public:
  Exchange(const char* target, Connections::Peer* peer) : peer_(peer) { request_.target = target; }

  /// The headers are there. Answers at once what is refused already.
  MHD_Result begin(MHD_Connection* connection, const char* method, bool secure, const Limits& limits);
  /// A piece of the body, or its end.
  MHD_Result receive(MHD_Connection* connection, const char* piece, std::size_t* size, const Limits& limits,
                     watchword::http::RestApi& api);
  bool begun() const noexcept { return begun_; }
  /// One line about the exchange.
  void log(Log& log) const;

 private:
  enum Phase : int { working, suspended, answered };

  static MHD_Result collect_header(void* exchange, MHD_ValueKind, const char* name, std::size_t name_size,
                                   const char* value, std::size_t value_size);
  void append(const char* piece, std::size_t size, const Limits& limits);
  MHD_Result dispatch(MHD_Connection* connection, watchword::http::RestApi& api);
  MHD_Result answer(MHD_Connection* connection);

  Connections::Peer* peer_;
  watchword::http::Request request_;
  watchword::http::Response response_;
  std::size_t header_bytes_ = 0;
  std::size_t body_bytes_ = 0;
  std::int64_t begun_at_us_ = 0;
  bool begun_ = false;
  bool dispatched_ = false;
  int limits_answer_seconds_ = 30;
  std::string logged_method_;
  std::string logged_path_;
  std::string client_;
  std::atomic<int> phase_{working};
};

}  // namespace example
