#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <thread>

namespace example {

/// The open connections and until when each may take over what it is doing. libmicrohttpd's own time-out begins anew
/// with each byte, so a client that sends one byte a second would stay for hours; this one cuts it off.
class Connections final {
 public:
  /// What a connection waits for: its client, the library, or its client again.
  enum class Stage : std::uint8_t { reading, working, answering, closing };

  struct Peer final {
    int socket = -1;
    std::atomic<std::int64_t> deadline_ms{0};  ///< 0: none, the server itself is at work
    std::atomic<Stage> stage{Stage::reading};
    std::list<Peer>::iterator self;
  };

  Connections();
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  Peer* add(int socket);
  /// Must be called before the socket is closed: until then the sweeper may shut it down.
  void remove(Peer* peer);
  static void allow(Peer& peer, int seconds);
  static void stop_clock(Peer& peer) { peer.deadline_ms = 0; }
  /// From reading to another stage. False: the connection is being closed, and nothing may begin on it.
  static bool leave_reading(Peer& peer, Stage stage);
  /// Cuts off all whose requests have not all come yet.
  void close_reading();

 private:
  void sweep();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::list<Peer> peers_;
  bool stopping_ = false;
  std::thread sweeper_;
};

}  // namespace example
