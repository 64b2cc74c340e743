#include "listener.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace example {
namespace {

using watchword::Errc;
using watchword::Error;
using watchword::Result;

Error cannot_listen(std::string_view why) {
  return Error(Errc::misconfigured, "listen", "This address and port cannot be listened on.").with_reason(why);
}

}  // namespace

Result<Listener> Listener::bind(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (failure != 0) return cannot_listen(gai_strerror(failure));
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> found(list, &freeaddrinfo);
  Listener listener(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  int yes = 1;
  // A restart must not wait for the old connections' ends; it still cannot take a port that another process listens on.
  bool bound = listener.socket_ >= 0 &&
               ::setsockopt(listener.socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
               ::bind(listener.socket_, found->ai_addr, found->ai_addrlen) == 0;
  if (!bound) return cannot_listen(std::strerror(errno));
  return listener;
}

Listener::Listener(Listener&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

Listener::~Listener() {
  if (socket_ >= 0) ::close(socket_);
}

std::uint16_t Listener::port() const noexcept {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  bool v6 = address.ss_family == AF_INET6;
  return ntohs(v6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                  : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

Result<void> Listener::open() {
  if (::listen(socket_, 4096) != 0) return cannot_listen(std::strerror(errno));
  return {};
}

int Listener::release() noexcept { return std::exchange(socket_, -1); }

}  // namespace example
