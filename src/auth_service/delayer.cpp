#include "auth_service/delayer.hpp"

#include <utility>

namespace watchword::auth {

Delayer::~Delayer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Delayer::after(Lifetime wait, Function<void()> task) {
  std::lock_guard lock(mutex_);
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  tasks_.emplace(Steady::now() + std::chrono::microseconds(wait.microseconds()), std::move(task));
  changed_.notify_all();
}

void Delayer::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (tasks_.empty()) {
      changed_.wait(lock);
    } else if (const auto due = tasks_.begin()->first; due > Steady::now()) {
      changed_.wait_until(lock, due);
    } else {
      auto task = std::move(tasks_.begin()->second);
      tasks_.erase(tasks_.begin());
      lock.unlock();
      task();
      task = nullptr;
      lock.lock();
    }
  }
}

}  // namespace watchword::auth
