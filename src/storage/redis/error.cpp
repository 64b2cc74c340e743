#include "storage/redis/error.hpp"

namespace watchword::redis {

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

Error redis_unavailable(std::string_view reason) noexcept {
  return Error(Errc::unavailable, "redis_unavailable", "Redis does not answer. Try again later.")
      .with_retry_after(Lifetime::seconds(1))
      .with_reason(reason);
}

Error bad_url(std::string_view reason) noexcept {
  return Error(Errc::misconfigured, "redis_url", "Use a REDIS_URL like redis://:password@host:6379/0.")
      .with_reason(reason);
}

Error bad_options(std::string_view which) noexcept {
  return Error(Errc::misconfigured, "redis_options", "An option of the signal over Redis is out of its range.")
      .with_reason(which);
}

Error bad_tls(std::string_view reason) noexcept {
  return Error(Errc::misconfigured, "redis_tls", "Redis cannot be spoken to by TLS as configured.").with_reason(reason);
}

}  // namespace watchword::redis
