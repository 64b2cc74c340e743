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

struct Address final {
  sockaddr_storage storage{};
  bool v6 = false;
};

Result<Address> resolve(const ListenOptions& options) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int failure = getaddrinfo(options.host.c_str(), std::to_string(options.port).c_str(), &hints, &found);
  if (failure != 0) return cannot_listen(options, gai_strerror(failure));
  Address address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.v6 = found->ai_family == AF_INET6;
  freeaddrinfo(found);
  return address;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ListenOptions& options, watchword::http::RestApi& api, Log& log) {
  std::unique_ptr<Server> server(new Server(options, api, log));
  auto listening = server->listen();
  if (!listening) return listening.error();
  return server;
}

Result<void> Server::listen() {
  auto address = resolve(options_);
  if (!address) return address.error();
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
  if (address->v6) flags |= MHD_USE_IPv6;
  std::vector<MHD_OptionItem> tls;
  if (!options_.tls_certificate.empty()) {
    flags |= MHD_USE_TLS;
    tls.push_back({MHD_OPTION_HTTPS_MEM_CERT, 0, options_.tls_certificate.data()});
    tls.push_back({MHD_OPTION_HTTPS_MEM_KEY, 0, options_.tls_key.data()});
  }
  tls.push_back({MHD_OPTION_END, 0, nullptr});
  errno = 0;
  daemon_ = MHD_start_daemon(
      flags, options_.port, nullptr, nullptr, on_request, this, MHD_OPTION_SOCK_ADDR, &address->storage,
      MHD_OPTION_THREAD_POOL_SIZE, options_.threads, MHD_OPTION_CONNECTION_LIMIT, options_.connections,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionMemory, MHD_OPTION_LISTEN_BACKLOG_SIZE, 4096U,
      MHD_OPTION_LISTENING_ADDRESS_REUSE, 0U, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target,
      this, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, nullptr, MHD_OPTION_NOTIFY_COMPLETED, on_completed, this,
      MHD_OPTION_NOTIFY_CONNECTION, on_connection, this, MHD_OPTION_ARRAY, tls.data(), MHD_OPTION_END);
  if (daemon_ == nullptr) {
    return cannot_listen(
        options_, errno != 0 ? std::strerror(errno) : "the listener could not start; check TLS_CERT and TLS_KEY");
  }
  return {};
}

Server::~Server() {
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
}

std::uint16_t Server::port() const noexcept {
  const auto* info = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_BIND_PORT);
  return info == nullptr ? options_.port : info->port;
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
