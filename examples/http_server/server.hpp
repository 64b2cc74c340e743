#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <microhttpd.h>

#include <watchword/base/result.hpp>
#include <watchword/http/rest_api.hpp>

#include "connections.hpp"
#include "exchange.hpp"
#include "listener.hpp"
#include "log.hpp"

namespace example {

struct ServerOptions final {
  std::string tls_certificate;  ///< PEM; empty: plain HTTP
  std::string tls_key;
  unsigned threads = 2;
  unsigned connections = 20000;
  Limits limits;
};

/// libmicrohttpd before a RestApi: a few event-loop threads that never wait for a hash or for SQL.
class Server final {
 public:
  /// Whether the certificate and the key are good. Error: `tls` (misconfigured).
  static watchword::Result<void> check_tls(const std::string& certificate, const std::string& key);
  /// `api` and `log` must outlive it. Errors: those of Listener::open; `server_failed` (unavailable).
  static watchword::Result<std::unique_ptr<Server>> start(const ServerOptions& options, Listener listener,
                                                          watchword::http::RestApi& api, Log& log);
  ~Server();

  std::uint16_t port() const noexcept { return port_; }
  /// Takes no new connections and cuts off those whose request has not all come; what the library works on goes on.
  void quiesce();
  /// Requests that the library is at work on. None: the server may be destroyed.
  int running() const noexcept { return common_.running.load(); }
  /// Answers that have not gone out yet.
  int unsent() const noexcept { return common_.unsent.load(); }

 private:
  Server(const ServerOptions& options, watchword::http::RestApi& api, Log& log)
      : options_(options), log_(log), common_{api, options.limits, !options.tls_certificate.empty()} {}
  watchword::Result<void> run(Listener listener);

  static void* on_target(void* self, const char* target, MHD_Connection* connection);
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url, const char* method,
                               const char* version, const char* piece, std::size_t* size, void** context);
  static void on_completed(void* self, MHD_Connection* connection, void** context, MHD_RequestTerminationCode how);
  static void on_connection(void* self, MHD_Connection* connection, void** peer, MHD_ConnectionNotificationCode code);

  ServerOptions options_;
  Log& log_;
  Common common_;
  Connections connections_;
  std::uint16_t port_ = 0;
  MHD_Daemon* daemon_ = nullptr;
};

}  // namespace example
