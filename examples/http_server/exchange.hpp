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

/// What the exchanges of one server share.
struct Common final {
  watchword::http::RestApi& api;
  Limits limits;
  bool secure = false;               ///< TLS
  std::atomic<int> running{0};       ///< requests that the library is at work on
  std::atomic<int> unsent{0};        ///< answers that have not gone out yet
  std::atomic<bool> closing{false};  ///< nothing is begun any more, and each connection ends with its answer
};

/// As libmicrohttpd hands it out, where it was received; the query is cut off.
struct RequestLine final {
  const char* method;
  const char* target;
  const char* version;
};

/// One request and its response. Lives from the request line until libmicrohttpd has sent the answer, or given up.
class Exchange final {
 public:
  Exchange(Common& common, const char* target, Connections::Peer* peer) : common_(common), peer_(peer) {
    request_.target = target;
  }

  /// The headers are there. Answers at once what is refused already.
  MHD_Result begin(MHD_Connection* connection, const RequestLine& line);
  /// A piece of the body, or its end.
  MHD_Result receive(MHD_Connection* connection, const char* piece, std::size_t* size);
  bool begun() const noexcept { return begun_; }
  /// To be called once at its end: no answer of it is under way any more.
  void end() noexcept;
  /// One line about the exchange. Status 0: there was no answer.
  void log(Log& log, MHD_RequestTerminationCode how) const;

 private:
  enum Phase : int { working, suspended, answered };

  void use_origin_form();
  MHD_Result dispatch(MHD_Connection* connection);
  MHD_Result refuse(MHD_Connection* connection, int status, watchword::Literal code, watchword::Literal detail);
  MHD_Result answer(MHD_Connection* connection);

  Common& common_;
  Connections::Peer* peer_;
  watchword::http::Request request_;
  watchword::http::Response response_;
  std::size_t body_bytes_ = 0;
  std::int64_t begun_at_us_ = 0;
  bool begun_ = false;
  bool dispatched_ = false;
  bool owed_ = false;    ///< counted in Common::unsent
  bool queued_ = false;  ///< libmicrohttpd has the answer
  std::string logged_method_;
  std::string logged_path_;
  std::string client_;
  std::atomic<int> phase_{working};
};

}  // namespace example
