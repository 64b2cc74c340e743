#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>

#include <hiredis/hiredis.h>

#include <watchword/base/result.hpp>

#include "storage/redis/closing.hpp"
#include "storage/redis/settings.hpp"

namespace watchword::redis {

struct FreeContext final {
  void operator()(redisContext* context) const noexcept { ::redisFree(context); }
};
struct FreeReply final {
  void operator()(redisReply* reply) const noexcept { ::freeReplyObject(reply); }
};
using ContextPtr = std::unique_ptr<redisContext, FreeContext>;
using ReplyPtr = std::unique_ptr<redisReply, FreeReply>;
using Words = std::initializer_list<std::string_view>;

/// A connection that never blocks once it is made. Used by one thread at a time. After an error it is of no more use.
/// Raises no SIGPIPE.
class Connection final {
 public:
  /// Connects, encrypts and signs in.
  static Result<std::unique_ptr<Connection>> open(const Settings& settings, Closing& closing);

  /// Sends a command and waits for what the server answers, but no longer than until `closing` is rung.
  Result<void> ask(Words words);
  Result<void> write(Words words);
  /// The next message of the server's if it is here, else null.
  Result<ReplyPtr> read();
  int file() const noexcept { return context_->fd; }

 private:
  Connection(ContextPtr context, Lifetime timeout, Closing& closing) noexcept
      : context_(std::move(context)), timeout_(timeout), closing_(closing) {}
  Result<void> sign_in(const Url& url);
  Result<ReplyPtr> parse();

  ContextPtr context_;
  const Lifetime timeout_;
  Closing& closing_;
};

}  // namespace watchword::redis
