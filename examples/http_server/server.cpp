#include "server.hpp"

#include <cstring>
#include <vector>

#include <unistd.h>

namespace example {
namespace {

using watchword::Errc;
using watchword::Error;
using watchword::Result;

// Holds the target, all headers and the parser's own needs of one request.
constexpr std::size_t kConnectionMemory = 32 * 1024;
// RFC 8996: nothing older than TLS 1.2.
char kTlsVersions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

std::size_t keep_escapes(void*, MHD_Connection*, char* text) { return std::strlen(text); }

MHD_Result accept_nothing(void*, MHD_Connection*, const char*, const char*, const char*, const char*, std::size_t*,
                          void**) {
  return MHD_NO;
}

/// libmicrohttpd's options for TLS; it only reads what they point to.
std::vector<MHD_OptionItem> tls_options(const std::string& certificate, const std::string& key) {
  std::vector<MHD_OptionItem> options;
  if (!certificate.empty()) {
    options.push_back({MHD_OPTION_HTTPS_MEM_CERT, 0, const_cast<char*>(certificate.c_str())});
    options.push_back({MHD_OPTION_HTTPS_MEM_KEY, 0, const_cast<char*>(key.c_str())});
    options.push_back({MHD_OPTION_HTTPS_PRIORITIES, 0, kTlsVersions});
  }
  options.push_back({MHD_OPTION_END, 0, nullptr});
  return options;
}

}  // namespace

/// A daemon that hears nobody: libmicrohttpd has no other way to say what it thinks of a certificate.
Result<void> Server::check_tls(const std::string& certificate, const std::string& key) {
  if (certificate.empty()) return {};
  auto tls = tls_options(certificate, key);
  MHD_Daemon* daemon = MHD_start_daemon(MHD_USE_TLS | MHD_USE_NO_LISTEN_SOCKET, 0, nullptr, nullptr, accept_nothing,
                                        nullptr, MHD_OPTION_ARRAY, tls.data(), MHD_OPTION_END);
  if (daemon == nullptr) {
    return {Error(Errc::misconfigured, "tls", "These are no certificate in PEM and the key that belongs to it.")};
  }
  MHD_stop_daemon(daemon);
  return {};
}

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Listener listener,
                                              watchword::http::RestApi& api, Log& log) {
  std::unique_ptr<Server> server(new Server(options, api, log));
  auto running = server->run(std::move(listener));
  if (!running) return running.error();
  return server;
}

Result<void> Server::run(Listener listener) {
  if (auto opened = listener.open(); !opened) return opened;
  port_ = listener.port();
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
  if (common_.secure) flags |= MHD_USE_TLS;
  auto tls = tls_options(options_.tls_certificate, options_.tls_key);
  int socket = listener.release();
  // What 0.9 calls strict framing_refusal() checks too, and answers in JSON; what 1.0 does is more.
  int strictness = MHD_get_version()[0] == '0' ? 0 : 1;
  daemon_ = MHD_start_daemon(
      flags, 0, nullptr, nullptr, on_request, this, MHD_OPTION_LISTEN_SOCKET, socket, MHD_OPTION_THREAD_POOL_SIZE,
      options_.threads, MHD_OPTION_CONNECTION_LIMIT, options_.connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      kConnectionMemory, MHD_OPTION_STRICT_FOR_CLIENT, strictness, MHD_OPTION_URI_LOG_CALLBACK, on_target, this,
      MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, nullptr, MHD_OPTION_NOTIFY_COMPLETED, on_completed, this,
      MHD_OPTION_NOTIFY_CONNECTION, on_connection, this, MHD_OPTION_ARRAY, tls.data(), MHD_OPTION_END);
  if (daemon_ != nullptr) return {};
  ::close(socket);
  return Error(Errc::unavailable, "server_failed", "libmicrohttpd cannot start: too few threads, files or memory.");
}

Server::~Server() {
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
}

void Server::quiesce() {
  common_.closing = true;
  int listener = MHD_quiesce_daemon(daemon_);
  if (listener >= 0) ::close(listener);
  connections_.close_reading();
}

void* Server::on_target(void* self, const char* target, MHD_Connection* connection) {
  try {
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    if (info == nullptr || info->socket_context == nullptr) return nullptr;
    return new Exchange(static_cast<Server*>(self)->common_, target,
                        static_cast<Connections::Peer*>(info->socket_context));
  } catch (...) {
    return nullptr;
  }
}

MHD_Result Server::on_request(void*, MHD_Connection* connection, const char* target, const char* method,
                              const char* version, const char* piece, std::size_t* size, void** context) {
  auto* exchange = static_cast<Exchange*>(*context);
  if (exchange == nullptr) return MHD_NO;
  try {
    if (!exchange->begun()) return exchange->begin(connection, {method, target, version});
    return exchange->receive(connection, piece, size);
  } catch (...) {
    return MHD_NO;
  }
}

void Server::on_completed(void* self, MHD_Connection*, void** context, MHD_RequestTerminationCode how) {
  std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(*context));
  *context = nullptr;
  if (!exchange) return;
  try {
    exchange->log(static_cast<Server*>(self)->log_, how);
  } catch (...) {
    // Only the line is lost.
  }
  exchange->end();
}

void Server::on_connection(void* self, MHD_Connection* connection, void** peer, MHD_ConnectionNotificationCode code) {
  auto& server = *static_cast<Server*>(self);
  if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
    if (*peer != nullptr) server.connections_.remove(static_cast<Connections::Peer*>(*peer));
    *peer = nullptr;
    return;
  }
  try {
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    auto* added = server.connections_.add(info->connect_fd);
    Connections::allow(*added, server.options_.limits.header_seconds);
    *peer = added;
  } catch (...) {
    *peer = nullptr;
  }
}

}  // namespace example
