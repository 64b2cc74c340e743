#pragma once

#include <utility>
#include <variant>

#include "json/json.hpp"

namespace watchword::json {

struct Value::Data final {
  using Elements = std::vector<Value>;
  using Members = std::vector<std::pair<std::string, Value>>;
  /// The first: an integer beyond int64, or a number with fraction or exponent.
  std::variant<double, std::int64_t, bool, std::string, Elements, Members> held;
};

}  // namespace watchword::json
