#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <watchword/base/id.hpp>
#include <watchword/base/result.hpp>
#include <watchword/http/rest_api.hpp>

#include "http/route.hpp"

namespace watchword::http {

/// One path with all its methods.
struct Place final {
  std::string path;  ///< as the document shows it: with "{id}"
  std::string prefix;
  bool takes_id = false;
  std::vector<const Route*> routes;
  std::string allow;  ///< value of the Allow field

  /// HEAD finds GET's. Null: not allowed.
  const Route* route_for(std::string_view method) const noexcept;
};

/// Finds a path by its exact bytes: no decoding, no normalising, no case folding, so that one resource has one spelling
/// and whatever stands before it (a proxy's rules, a limiter) judges the same text.
class Router final {
 public:
  /// Error: `rest_options` (misconfigured): two routes would share a path.
  static Result<Router> create(const RestOptions& options) noexcept;

  struct Match final {
    const Place* place = nullptr;
    SessionId id;
  };
  /// `target` with its query, which is ignored.
  Match find(std::string_view target) const noexcept;
  const std::vector<Place>& places() const noexcept { return places_; }

 private:
  void add(const RestOptions& options, const Route& route);
  std::vector<Place> places_;
};

}  // namespace watchword::http
