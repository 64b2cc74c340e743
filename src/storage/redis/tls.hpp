#pragma once

#include <hiredis/hiredis.h>

#include <watchword/base/result.hpp>

#include "storage/redis/url.hpp"

namespace watchword::redis {

/// Whether this build has TLS and can use the files that the URL names. Error: `redis_tls` (misconfigured).
Result<void> check_tls(const Url& url);

/// Encrypts a connection that was just made, and checks the server's certificate and name.
Result<void> start_tls(redisContext& context, const Url& url);

}  // namespace watchword::redis
