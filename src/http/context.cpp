#include "http/context.hpp"

#include <watchword/base/id.hpp>
#include <watchword/base/rng.hpp>

#include "http/ascii.hpp"
#include "http/problem.hpp"

namespace watchword::http {
namespace {

bool is_request_id(std::string_view text) noexcept { return text.size() <= 64 && consists_of(text, "._-"); }

std::string printable(std::string_view text, std::size_t most) {
  std::string out(text.substr(0, most));
  for (char& c : out) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return out;
}

}  // namespace

Result<RequestIds> RequestIds::create() noexcept {
  auto drawn = RecordId::generate(system_rng());
  if (!drawn) return drawn.error();
  try {
    return RequestIds(drawn->text().substr(0, 16) + "-");
  } catch (...) {
    return out_of_memory();
  }
}

std::string RequestIds::id_of(const Request& request) {
  if (is_request_id(request.request_id)) return request.request_id;
  auto sent = request.header("X-Request-Id");
  if (sent && is_request_id(*sent)) return std::string(*sent);
  return prefix_ + std::to_string(next_.fetch_add(1, std::memory_order_relaxed));
}

RequestContext context_of(const Request& request, std::string request_id) {
  RequestContext context;
  context.client_address = printable(request.client_address, 64);
  context.user_agent = printable(request.header("User-Agent").value_or(""), 256);
  context.request_id = std::move(request_id);
  return context;
}

}  // namespace watchword::http
