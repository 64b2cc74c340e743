#include "storage/sqlite/reader_pool.hpp"

#include <chrono>
#include <utility>

#include "storage/sqlite/error.hpp"

namespace watchword::sqlite {

Result<std::unique_ptr<Connection>> ReaderPool::take() {
  std::unique_lock lock(mutex_);
  auto patience = std::chrono::microseconds(settings_.busy_timeout.microseconds());
  if (!freed_.wait_for(lock, patience, [this] { return !idle_.empty() || open_ < most_; })) {
    return store_unavailable("all readers are busy");
  }
  if (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }
  ++open_;
  lock.unlock();
  Result<std::unique_ptr<Connection>> opened = out_of_memory();
  try {
    opened = Connection::open(settings_);
  } catch (...) {
    opened = out_of_memory();
  }
  if (!opened) give_back(nullptr);
  return opened;
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) noexcept {
  if (connection && (connection->harmed() || connection->in_transaction())) connection.reset();
  {
    std::lock_guard lock(mutex_);
    if (connection) {
      idle_.push_back(std::move(connection));
    } else {
      --open_;
    }
  }
  freed_.notify_one();
}

}  // namespace watchword::sqlite
