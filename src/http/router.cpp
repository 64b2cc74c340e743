#include "http/router.hpp"

#include <algorithm>

#include "http/problem.hpp"

namespace watchword::http {
namespace {

constexpr std::string_view kId = "{id}";

std::string path_of(const RestOptions& options, const Route& route) {
  std::string path;
  if (route.root == Root::users) path = options.base_path;
  if (route.root == Root::sessions) path = options.sessions_path;
  return path.append(route.path);
}

std::string allowed_methods(const std::vector<const Route*>& routes) {
  std::string out;
  for (const auto* route : routes) {
    out.append(route->method).append(route->method == "GET" ? ", HEAD, " : ", ");
  }
  return out.append("OPTIONS");
}

bool has_duplicate(const Place& place) noexcept {
  for (const auto* route : place.routes) {
    auto same = [route](const Route* other) { return other->method == route->method; };
    if (std::count_if(place.routes.begin(), place.routes.end(), same) > 1) return true;
  }
  return false;
}

}  // namespace

const Route* Place::route_for(std::string_view method) const noexcept {
  if (method == "HEAD") method = "GET";
  for (const auto* route : routes) {
    if (route->method == method) return route;
  }
  return nullptr;
}

void Router::add(const RestOptions& options, const Route& route) {
  auto path = path_of(options, route);
  auto found = std::find_if(places_.begin(), places_.end(), [&](const Place& place) { return place.path == path; });
  if (found == places_.end()) {
    Place place;
    place.takes_id = path.size() > kId.size() && path.compare(path.size() - kId.size(), kId.size(), kId) == 0;
    place.prefix = place.takes_id ? path.substr(0, path.size() - kId.size()) : path;
    place.path = std::move(path);
    found = places_.insert(places_.end(), std::move(place));
  }
  found->routes.push_back(&route);
  found->allow = allowed_methods(found->routes);
}

Result<Router> Router::create(const RestOptions& options) noexcept {
  try {
    Router router;
    for (auto routes : {account_routes(), password_routes(), session_routes(), service_routes()}) {
      for (const auto& route : routes) router.add(options, route);
    }
    if (std::any_of(router.places_.begin(), router.places_.end(), has_duplicate)) {
      return Error(Errc::misconfigured, "rest_options", "Choose paths that do not collide.")
          .with_reason("base_path and sessions_path lead to the same routes");
    }
    return router;
  } catch (...) {
    return out_of_memory();
  }
}

Router::Match Router::find(std::string_view target) const noexcept {
  auto path = target.substr(0, target.find('?'));
  for (const auto& place : places_) {
    if (!place.takes_id) {
      if (path == place.path) return {&place, {}};
    } else if (path.substr(0, place.prefix.size()) == place.prefix) {
      if (auto id = SessionId::parse(path.substr(place.prefix.size()))) return {&place, *id};
    }
  }
  return {};
}

}  // namespace watchword::http
