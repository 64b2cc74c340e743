#pragma once

#include <memory>
#include <string_view>

#include "storage/redis/closing.hpp"
#include "storage/redis/connection.hpp"
#include "storage/redis/settings.hpp"

namespace watchword::redis {

/// A connection that is made as it is needed, and anew after it was lost, but at most once in 500 ms. Tells the log
/// when that begins to fail and when it works again. Used by one thread at a time.
class Link final {
 public:
  /// `failing` and `working` are what the log is told.
  struct Texts final {
    std::string_view failing, working;
  };
  Link(const Settings& settings, Closing& closing, Texts texts) noexcept
      : settings_(settings), closing_(closing), texts_(texts) {}

  /// Runs a command on the connection; where that fails, once more on a new one. Afterwards there is a connection if
  /// and only if the command succeeded.
  bool run(Words words) noexcept;
  /// Null: there is none.
  Connection* connection() const noexcept { return connection_.get(); }
  void lose() noexcept { connection_.reset(); }
  /// How long run() must not be tried yet.
  Lifetime pause() const noexcept { return connection_ ? Lifetime() : next_try_ - steady_clock().now(); }

 private:
  Result<void> attempt(Words words);
  void report(const Result<void>& done) noexcept;

  const Settings& settings_;
  Closing& closing_;
  const Texts texts_;
  std::unique_ptr<Connection> connection_;
  Timestamp next_try_ = steady_clock().now();
  bool failing_ = false;
};

}  // namespace watchword::redis
