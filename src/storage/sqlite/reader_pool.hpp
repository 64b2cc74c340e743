#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "storage/sqlite/connection.hpp"

namespace watchword::sqlite {

/// Connections for reading, opened as they are needed, the one used last lent first. Safe to use from any thread.
class ReaderPool final {
 public:
  ReaderPool(ConnectionSettings settings, std::size_t most) : settings_(std::move(settings)), most_(most) {
    idle_.reserve(most);
  }

  /// Waits for as long as the busy timeout says.
  Result<std::unique_ptr<Connection>> take();
  /// Keeps the connection for the next reader, or closes it if it may be harmed.
  void give_back(std::unique_ptr<Connection> connection) noexcept;

 private:
  ConnectionSettings settings_;
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t open_ = 0;
};

}  // namespace watchword::sqlite
