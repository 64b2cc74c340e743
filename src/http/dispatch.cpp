#include "http/dispatch.hpp"

#include "http/cors.hpp"

namespace watchword::http {
namespace {

void advance(const ExchangePtr& exchange) noexcept;

bool must_move(Exchange& exchange) noexcept {
  if (exchange.may_wait()) return false;
  Runs runs = exchange.route().runs;
  return runs == Runs::on_pool || (runs == Runs::local_read && !exchange.site().reads_are_local);
}

/// True once there is a principal, or none is needed; false if the request went on to the executor.
Result<bool> admit(const ExchangePtr& exchange) {
  if (exchange->route().access != Access::principal) return true;
  auto known = exchange->identify();
  if (!known || *known) return known;
  if (!exchange->may_wait()) {
    if (auto posted = exchange->post(advance); !posted) return posted.error();
    return false;
  }
  if (auto renewed = exchange->renew(); !renewed) return renewed.error();
  return true;
}

Result<void> run(const ExchangePtr& exchange) {
  if (must_move(*exchange)) return exchange->post(advance);
  auto admitted = admit(exchange);
  if (!admitted) return admitted.error();
  if (!*admitted) return {};
  if (auto read = exchange->read_body(); !read) return read;
  const Route& route = exchange->route();
  if (route.begin != nullptr) return route.begin(exchange);
  auto response = route.answer(*exchange);
  if (!response) return response.error();
  exchange->answer(std::move(*response));
  return {};
}

void advance(const ExchangePtr& exchange) noexcept {
  try {
    if (auto done = run(exchange); !done) exchange->refuse(done.error());
  } catch (...) {
    exchange->refuse(out_of_memory());
  }
}

/// Whether the body may be read at all; answers where not.
bool body_is_welcome(Exchange& exchange) noexcept {
  const Request& request = exchange.request();
  Takes takes = exchange.route().takes;
  if (takes == Takes::nothing || (takes == Takes::optional_json && request.body.empty())) return true;
  if (request.body.size() > exchange.site().options.max_body) {
    exchange.refuse(413, "body_too_large", "Send a smaller body.");
    return false;
  }
  if (!has_json_content(request)) {
    exchange.refuse(415, "media_type_unsupported", "Send application/json in UTF-8.");
    return false;
  }
  return true;
}

}  // namespace

void dispatch(const ExchangePtr& exchange) noexcept {
  const Request& request = exchange->request();
  auto match = exchange->site().router.find(request.target);
  if (match.place == nullptr) {
    return exchange->refuse(Error(Errc::not_found, "path_unknown", "There is nothing at this path."));
  }
  if (request.method == "OPTIONS") {
    return exchange->answer_with([&] { return preflight(request, exchange->site().options, *match.place); });
  }
  const Route* route = match.place->route_for(request.method);
  if (route == nullptr) {
    return exchange->refuse(405, "method_not_allowed", "Use a method that Allow names.", match.place->allow);
  }
  exchange->enter(*route, match.id);
  if (body_is_welcome(*exchange)) advance(exchange);
}

}  // namespace watchword::http
