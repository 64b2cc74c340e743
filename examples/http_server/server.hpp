#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include <microhttpd.h>

#include <watchword/base/result.hpp>
#include <watchword/http/rest_api.hpp>

#include "connections.hpp"
#include "exchange.hpp"
#include "log.hpp"

namespace example {

struct ListenOptions final {
  std::string host;
  std::uint16_t port = 0;       ///< 0: any that is free
  std::string tls_certificate;  ///< PEM; empty: plain HTTP
  std::string tls_key;
  unsigned threads = 2;
  unsigned connections = 20000;
  Limits limits;
};

/// libmicrohttpd before a RestApi: a few event-loop threads that never wait for a hash or for SQL.
class Server final {
 public:
  /// `api` and `log` must outlive it. Errors (misconfigured): `listen`, its reason says why; `tls`.
  static watchword::Result<std::unique_ptr<Server>> start(const ListenOptions& options, watchword::http::RestApi& api,
                                                          Log& log);
  ~Server();

  std::uint16_t port() const noexcept { return port_; }
  /// Takes no new connections; what runs goes on.
  void quiesce();
  /// Requests that have not been answered yet.
  int active() const noexcept { return active_.load(); }

 private:
  Server(const ListenOptions& options, watchword::http::RestApi& api, Log& log)
      : options_(options), api_(api), log_(log) {}
  watchword::Result<void> listen();

  static void* on_target(void* self, const char* target, MHD_Connection* connection);
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url, const char* method,
                               const char* version, const char* piece, std::size_t* size, void** context);
  static void on_completed(void* self, MHD_Connection* connection, void** context, MHD_RequestTerminationCode);
  static void on_connection(void* self, MHD_Connection* connection, void** peer, MHD_ConnectionNotificationCode);

  ListenOptions options_;
  watchword::http::RestApi& api_;
  Log& log_;
  Connections connections_;
  std::atomic<int> active_{0};
  std::uint16_t port_ = 0;
  MHD_Daemon* daemon_ = nullptr;
};

}  // namespace example
