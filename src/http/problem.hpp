#pragma once

#include <string_view>

#include <watchword/base/error.hpp>
#include <watchword/http/message.hpp>

namespace watchword::http {

/// What a problem-details body says (RFC 9457). `field` and `request_id` are left out where empty.
struct Problem final {
  int status = 500;
  std::string_view code;
  std::string_view detail;
  std::string_view field;
  std::string_view request_id;
};

int status_of(Errc kind) noexcept;
/// The reason phrase of RFC 9110.
std::string_view phrase_of(int status) noexcept;

/// Content-Type and body only. May throw std::bad_alloc.
Response to_response(const Problem& problem);
/// The same for an error, with WWW-Authenticate and Retry-After where they belong.
Response to_response(const Error& error, std::string_view request_id);

Error out_of_memory() noexcept;

}  // namespace watchword::http
