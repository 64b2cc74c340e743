#include "connections.hpp"

#include <chrono>

#include <sys/socket.h>

#include <watchword/base/time.hpp>

namespace example {
namespace {

std::int64_t now_ms() { return watchword::steady_clock().now().milliseconds(); }

}  // namespace

Connections::Connections() : sweeper_([this] { sweep(); }) {}

Connections::~Connections() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  sweeper_.join();
}

Connections::Peer* Connections::add(int socket) {
  std::lock_guard lock(mutex_);
  peers_.emplace_front();
  Peer& peer = peers_.front();
  peer.socket = socket;
  peer.self = peers_.begin();
  return &peer;
}

void Connections::remove(Peer* peer) {
  std::lock_guard lock(mutex_);
  peers_.erase(peer->self);
}

void Connections::allow(Peer& peer, int seconds) { peer.deadline_ms = now_ms() + seconds * std::int64_t{1000}; }

bool Connections::leave_reading(Peer& peer, Stage stage) {
  Stage expected = Stage::reading;
  return peer.stage.compare_exchange_strong(expected, stage);
}

void Connections::close_reading() {
  std::lock_guard lock(mutex_);
  for (Peer& peer : peers_) {
    if (leave_reading(peer, Stage::closing)) ::shutdown(peer.socket, SHUT_RDWR);
  }
}

void Connections::sweep() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; })) {
    std::int64_t now = now_ms();
    for (Peer& peer : peers_) {
      std::int64_t deadline = peer.deadline_ms;
      if (deadline != 0 && deadline < now) ::shutdown(peer.socket, SHUT_RDWR);
    }
  }
}

}  // namespace example
