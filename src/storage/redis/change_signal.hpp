#pragma once

#include <memory>

#include <unistd.h>

#include <watchword/storage/change_signal.hpp>

#include "storage/redis/publisher.hpp"
#include "storage/redis/settings.hpp"
#include "storage/redis/subscriber.hpp"

namespace watchword::redis {

class PubSubSignal final : public ChangeSignal {
 public:
  explicit PubSubSignal(Settings settings);
  ~PubSubSignal() override;
  bool valid() const noexcept { return publisher_->valid() && subscriber_.valid(); }
  void start() { publisher_->start(); }

  bool wait(Lifetime most) noexcept override;
  void send() noexcept override;
  void close() noexcept override;

 private:
  bool in_own_process() const noexcept { return ::getpid() == process_; }

  const Settings settings_;
  const pid_t process_ = ::getpid();
  std::unique_ptr<Publisher> publisher_;
  Subscriber subscriber_;
};

}  // namespace watchword::redis
