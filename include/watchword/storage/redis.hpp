#pragma once

#include <memory>
#include <string>

#include <watchword/base/export.hpp>
#include <watchword/base/log.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/change_signal.hpp>

/// What spreads news between processes by Redis 6 and newer, in the library watchword::redis.
namespace watchword::redis {

struct Options final {
  /// redis://host, redis://:password@host:6379/0, redis://user:password@[::1]/3, or unix:///path?db=3 for a socket.
  /// rediss:// encrypts, and checks the server's certificate and name against the system's authorities, or against
  /// those in a PEM file: rediss://host?sslrootcert=/path; sslcert= and sslkey= name the client's own. What is special
  /// in a URL is written as %xx. The number at the end separates installations that share a server, see `channel`.
  std::string url;
  /// What is published on is this name, a colon and the URL's number, since Redis keeps no channels per database.
  std::string channel = "watchword:changes";
  /// How long each of the host's addresses may take to answer (and then TLS): 1 ms to 1 min. Resolving its name may
  /// take longer.
  Lifetime connect_timeout = Lifetime::milliseconds(200);
  /// How long the answer to a command may take: 1 ms to 1 min.
  Lifetime command_timeout = Lifetime::milliseconds(200);
  /// Told when Redis goes (`redis_unreachable`, a warning) and comes back (`redis_recovered`), once each for listening
  /// and for publishing. Never gets the URL, nor any text of the server's but an error's first word. Null: nobody is
  /// told. It must outlive the signal.
  LogSink* log = nullptr;
};

/// PUBLISH and SUBSCRIBE on one channel. Nothing else is kept in Redis, so neither its memory's limit nor its eviction
/// matters, and a user who may do no more than those two on that channel, and PING, is enough.
///
/// Nothing is connected here: the first wait() and the first send() do, so that a Redis that does not answer at start
/// is no error; nor does it ever become one. send() only hands over to a thread of the signal's own and never waits,
/// whatever Redis does; what could not be published is tried again until it is. wait() returns true once whenever it
/// has (again) begun to listen, since it may have missed something before, and leaves a server that has not answered
/// for about a second. Connecting is tried at most every 500 ms. The object must be used in the process that made it:
/// after fork() send() and close() do nothing in a child and wait() hears nothing. Destroying it takes as long as a
/// connection being made at that moment; what was sent just before may not be published.
///
/// Errors: `redis_url`, `redis_options` (misconfigured); `redis_tls` (misconfigured: rediss:// in a build whose hiredis
/// has no TLS, or a file of its parameters that cannot be used); `redis_unavailable`, `rng_failed` (unavailable). None
/// ever has the URL or the password.
WATCHWORD_EXPORT Result<std::unique_ptr<ChangeSignal>> make_change_signal(const Options& options) noexcept;

/// The same with the defaults.
WATCHWORD_EXPORT Result<std::unique_ptr<ChangeSignal>> make_change_signal(const std::string& url) noexcept;

}  // namespace watchword::redis
