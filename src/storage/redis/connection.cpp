#include "storage/redis/connection.hpp"

#include <algorithm>
#include <vector>

#include <fcntl.h>
#include <sys/time.h>

#include "storage/redis/error.hpp"
#include "storage/redis/sigpipe.hpp"
#include "storage/redis/tls.hpp"

namespace watchword::redis {
namespace {

timeval to_timeval(Lifetime life) noexcept {
  timeval value{};
  value.tv_sec = static_cast<decltype(value.tv_sec)>(life.seconds());
  value.tv_usec = static_cast<decltype(value.tv_usec)>(life.microseconds() % 1000000);
  return value;
}

Error lost(const redisContext& context) noexcept {
  return redis_unavailable(context.errstr[0] != '\0' ? context.errstr : "the connection was lost");
}

/// Of what the server says only the kind of error is kept, since its texts may hold values.
Error refused(const redisReply& reply) noexcept {
  const std::string_view text(reply.str, reply.len);
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto end = std::find_if_not(text.begin(), text.end(), is_capital);
  return redis_unavailable("it refused: ")
      .with_reason(text.substr(0, std::min<std::size_t>(static_cast<std::size_t>(end - text.begin()), 32)));
}

ContextPtr connect(const Url& url, Lifetime timeout) noexcept {
  const timeval most = to_timeval(timeout);
  return ContextPtr(url.socket.empty() ? ::redisConnectWithTimeout(url.host.c_str(), url.port, most)
                                       : ::redisConnectUnixWithTimeout(url.socket.c_str(), most));
}

bool never_block(redisContext& context) noexcept {
  const int flags = ::fcntl(context.fd, F_GETFL);
  if (flags < 0 || ::fcntl(context.fd, F_SETFL, flags | O_NONBLOCK) != 0) return false;
  context.flags &= ~REDIS_BLOCK;
  return true;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const Settings& settings, Closing& closing) {
  auto context = connect(settings.url, settings.connect_timeout);
  if (!context) return out_of_memory();
  if (context->err != 0) return lost(*context);
  // Not inherited by programs that the host starts.
  ::fcntl(context->fd, F_SETFD, FD_CLOEXEC);
  if (settings.url.tls) {
    const SigpipeBlock block;
    if (::redisSetTimeout(context.get(), to_timeval(settings.connect_timeout)) != REDIS_OK) return lost(*context);
    if (auto encrypted = start_tls(*context, settings.url); !encrypted) return encrypted.error();
  }
  if (!never_block(*context)) return redis_unavailable("its descriptor cannot be set up");
  std::unique_ptr<Connection> connection(new Connection(std::move(context), settings.command_timeout, closing));
  if (auto in = connection->sign_in(settings.url); !in) return in.error();
  return connection;
}

Result<void> Connection::sign_in(const Url& url) {
  const std::string_view password = url.password.reveal().text();
  if (password.empty()) return {};
  return url.user.empty() ? ask({"AUTH", password}) : ask({"AUTH", url.user, password});
}

Result<void> Connection::ask(Words words) {
  const Timestamp deadline = steady_clock().now() + timeout_;
  if (auto written = write(words); !written) return written;
  for (;;) {
    auto reply = read();
    if (!reply) return reply.error();
    if (*reply) return (*reply)->type == REDIS_REPLY_ERROR ? refused(**reply) : Result<void>();
    const Lifetime left = deadline - steady_clock().now();
    if (closing_.rung()) return redis_unavailable("the signal is being closed");
    if (left <= Lifetime()) return redis_unavailable("it does not answer in time");
    closing_.wait(file(), left);
  }
}

/// Commands are so short that the system takes them whole, unless the server has not read for long.
Result<void> Connection::write(Words words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const auto word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  const SigpipeBlock block;
  int all = 0;
  const int count = static_cast<int>(words.size());
  if (::redisAppendCommandArgv(context_.get(), count, texts.data(), sizes.data()) != REDIS_OK ||
      ::redisBufferWrite(context_.get(), &all) != REDIS_OK) {
    return lost(*context_);
  }
  return all != 0 ? Result<void>() : redis_unavailable("it does not read what it is sent");
}

Result<ReplyPtr> Connection::read() {
  auto reply = parse();
  if (!reply || *reply) return reply;
  if (::redisBufferRead(context_.get()) != REDIS_OK) return lost(*context_);
  return parse();
}

Result<ReplyPtr> Connection::parse() {
  void* reply = nullptr;
  if (::redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK) return lost(*context_);
  return ReplyPtr(static_cast<redisReply*>(reply));
}

}  // namespace watchword::redis
