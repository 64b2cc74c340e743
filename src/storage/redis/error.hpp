#pragma once

#include <string_view>

#include <watchword/base/result.hpp>

namespace watchword::redis {

Error out_of_memory() noexcept;
Error redis_unavailable(std::string_view reason) noexcept;
/// `redis_url`; the reason must not repeat the URL.
Error bad_url(std::string_view reason) noexcept;
/// `redis_options`.
Error bad_options(std::string_view which) noexcept;
/// `redis_tls`.
Error bad_tls(std::string_view reason) noexcept;

}  // namespace watchword::redis
