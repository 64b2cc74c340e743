#pragma once

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temp_dir.hpp"

extern char** environ;

namespace watchword::test {

/// A Redis server of a test's own, on a socket in a folder of its own.
class RedisServer final {
 public:
  explicit RedisServer(std::vector<std::string> settings = {}) : settings_(std::move(settings)) { start(); }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer() { stop(); }

  std::string socket() const { return (folder_ / "redis.sock").string(); }
  std::string url() const { return "unix://" + socket(); }
  void start() {
    std::vector<std::string> words = {"redis-server", "--port", "0",          "--unixsocket", socket(), "--save", "",
                                      "--appendonly", "no",     "--loglevel", "warning"};
    words.insert(words.end(), settings_.begin(), settings_.end());
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (::posix_spawnp(&process_, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) {
      throw std::runtime_error("redis-server is not installed: run cmake/install_dependencies.sh tests");
    }
    for (int tries = 0; command("PING").empty(); ++tries) {
      if (tries == 2000) throw std::runtime_error("Redis does not come up");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  void stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
  }
  /// It hangs: the system still takes connections and what is sent on them.
  void suspend() const {
    ::kill(process_, SIGSTOP);
    int status = 0;
    ::waitpid(process_, &status, WUNTRACED);
  }
  void resume() const { ::kill(process_, SIGCONT); }
  /// One command, its words by spaces; gives the raw reply, or nothing where there is none.
  std::string command(const std::string& words) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket().copy(address.sun_path, sizeof address.sun_path - 1);
    const int file = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const std::string line = words + "\r\n";
    std::string reply(4096, '\0');
    ssize_t size = 0;
    if (::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
        ::send(file, line.data(), line.size(), MSG_NOSIGNAL) > 0) {
      size = ::recv(file, reply.data(), reply.size(), 0);
    }
    ::close(file);
    return reply.substr(0, size > 0 ? static_cast<std::size_t>(size) : 0);
  }

 private:
  TempDir folder_;
  const std::vector<std::string> settings_;
  pid_t process_ = 0;
};

/// A port of 127.0.0.1 that nobody listened on a moment ago.
inline std::string free_port() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const int file = ::socket(AF_INET, SOCK_STREAM, 0);
  ::bind(file, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(file, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(file);
  return std::to_string(ntohs(address.sin_port));
}

}  // namespace watchword::test
