#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <watchword/storage/change_signal.hpp>

#include "storage/postgres/connection.hpp"
#include "storage/wakeup.hpp"

namespace watchword::postgres {

/// NOTIFY and LISTEN on a connection of its own. Whatever may have been missed while it was away counts as heard.
class NotifySignal final : public ChangeSignal {
 public:
  explicit NotifySignal(ConnectionSettings settings) : settings_(std::move(settings)) {}
  bool valid() const noexcept { return wakeup_.valid(); }

  bool wait(Lifetime most) noexcept override;
  void send() noexcept override;
  void close() noexcept override;

 private:
  bool connect() noexcept;
  bool tell() noexcept;
  bool hear() noexcept;
  void rest(Lifetime most) noexcept;

  const ConnectionSettings settings_;
  Wakeup wakeup_;
  std::atomic<bool> closed_{false};
  std::atomic<bool> sending_{false};
  std::unique_ptr<Connection> connection_;
};

}  // namespace watchword::postgres
