#pragma once

#include <cstdint>
#include <string>

#include <watchword/base/result.hpp>

namespace example {

/// A TCP port that is ours but that nobody can connect to yet, so that no client waits on a server that may still
/// refuse to start.
class Listener final {
 public:
  /// `host`: an address, or a name, of which the first address is taken. Port 0: any that is free. Error: `listen`
  /// (misconfigured).
  static watchword::Result<Listener> bind(const std::string& host, std::uint16_t port);
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  std::uint16_t port() const noexcept;
  /// Lets clients connect. Error: as above, where another process was quicker.
  watchword::Result<void> open();
  /// The socket, which is the caller's from now on.
  int release() noexcept;

 private:
  explicit Listener(int socket) noexcept : socket_(socket) {}
  int socket_;
};

}  // namespace example
