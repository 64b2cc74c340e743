#include "server.hpp"

#include <cerrno>
#include <cstring>
#include <vector>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

namespace example {
namespace {

using watchword::Errc;
using watchword::Error;
using watchword::Result;

// Holds the target, all headers and the parser's own needs of one request.
constexpr std::size_t kConnectionMemory = 32 * 1024;

Error cannot_listen(const ListenOptions& options, std::string_view why) {
  return Error(Errc::misconfigured, "listen", "Change HOST or PORT.")
      .with_reason(options.host + " port " + std::to_string(options.port) + ": ")
      .with_reason(why);
}

std::size_t keep_escapes(void*, MHD_Connection*, char* text) { return std::strlen(text); }

Result<int> open_listener(const ListenOptions& options) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int failure = getaddrinfo(options.host.c_str(), std::to_string(options.port).c_str(), &hints, &found);
  if (failure != 0) return cannot_listen(options, gai_strerror(failure));
  int listener = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int yes = 1;
  // A restart must not wait for the old connections' ends; it still cannot take a port that another process listens on.
  bool listening = listener >= 0 && ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                   ::bind(listener, found->ai_addr, found->ai_addrlen) == 0 && ::listen(listener, 4096) == 0;
  int reason = errno;
  freeaddrinfo(found);
  if (listening) return listener;
  if (listener >= 0) ::close(listener);
  return cannot_listen(options, std::strerror(reason));
}

std::uint16_t port_of(int listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  bool v6 = address.ss_family == AF_INET6;
  return ntohs(v6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                  : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ListenOptions& options, watchword::http::RestApi& api, Log& log) {
  std::unique_ptr<Server> server(new Server(options, api, log));
  auto listening = server->listen();
  if (!listening) return listening.error();
  return server;
}

Result<void> Server::listen() {
  auto listener = open_listener(options_);
  if (!listener) return listener.error();
  port_ = port_of(*listener);
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
  std::vector<MHD_OptionItem> tls;
  if (!options_.tls_certificate.empty()) {
    flags |= MHD_USE_TLS;
    tls.push_back({MHD_OPTION_HTTPS_MEM_CERT, 0, options_.tls_certificate.data()});
    tls.push_back({MHD_OPTION_HTTPS_MEM_KEY, 0, options_.tls_key.data()});
  }
  tls.push_back({MHD_OPTION_END, 0, nullptr});
  daemon_ =
      MHD_start_daemon(flags, options_.port, nullptr, nullptr, on_request, this, MHD_OPTION_LISTEN_SOCKET, *listener,
                       MHD_OPTION_THREAD_POOL_SIZE, options_.threads, MHD_OPTION_CONNECTION_LIMIT, options_.connections,
                       MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionMemory, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                       MHD_OPTION_URI_LOG_CALLBACK, on_target, this, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes,
                       nullptr, MHD_OPTION_NOTIFY_COMPLETED, on_completed, this, MHD_OPTION_NOTIFY_CONNECTION,
                       on_connection, this, MHD_OPTION_ARRAY, tls.data(), MHD_OPTION_END);
  if (daemon_ == nullptr) {
    ::close(*listener);
    return Error(Errc::misconfigured, "tls", "Change TLS_CERT and TLS_KEY.")
        .with_reason("they are no certificate in PEM and the key that belongs to it");
  }
  return {};
}

Server::~Server() {
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
}

void Server::quiesce() {
  int listener = MHD_quiesce_daemon(daemon_);
  if (listener >= 0) ::close(listener);
}

void* Server::on_target(void* self, const char* target, MHD_Connection* connection) {
  try {
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    if (info == nullptr || info->socket_context == nullptr) return nullptr;
    auto* exchange = new Exchange(target, static_cast<Connections::Peer*>(info->socket_context));
    ++static_cast<Server*>(self)->active_;
    return exchange;
  } catch (...) {
    return nullptr;
  }
}

MHD_Result Server::on_request(void* self, MHD_Connection* connection, const char*, const char* method, const char*,
                              const char* piece, std::size_t* size, void** context) {
  auto& server = *static_cast<Server*>(self);
  auto* exchange = static_cast<Exchange*>(*context);
  if (exchange == nullptr) return MHD_NO;
  try {
    if (!exchange->begun()) {
      return exchange->begin(connection, method, !server.options_.tls_certificate.empty(), server.options_.limits);
    }
    return exchange->receive(connection, piece, size, server.options_.limits, server.api_);
  } catch (...) {
    return MHD_NO;
  }
}

void Server::on_completed(void* self, MHD_Connection* connection, void** context, MHD_RequestTerminationCode) {
  auto& server = *static_cast<Server*>(self);
  std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(*context));
  *context = nullptr;
  if (!exchange) return;
  try {
    exchange->log(server.log_);
  } catch (...) {
    // Only the line is lost.
  }
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  if (info != nullptr && info->socket_context != nullptr) {
    Connections::allow(*static_cast<Connections::Peer*>(info->socket_context), server.options_.limits.header_seconds);
  }
  --server.active_;
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
