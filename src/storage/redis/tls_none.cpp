#include "storage/redis/error.hpp"
#include "storage/redis/tls.hpp"

namespace watchword::redis {
namespace {

Error no_tls() noexcept {
  return bad_tls("this build's hiredis has no TLS (hiredis_ssl, of hiredis 1.0); use redis:// or unix://");
}

}  // namespace

Result<void> check_tls(const Url&) { return no_tls(); }

Result<void> start_tls(redisContext&, const Url&) { return no_tls(); }

}  // namespace watchword::redis
