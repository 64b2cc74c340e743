#pragma once

#include <utility>
#include <variant>

#include <watchword/base/secret.hpp>

#include "json/json.hpp"

namespace watchword::json {

struct Value::Data final {
  using Elements = std::vector<Value>;
  using Members = std::vector<std::pair<std::string, Value>>;
  /// The first: an integer beyond int64, or a number with fraction or exponent.
  std::variant<double, std::int64_t, bool, std::string, Elements, Members> held;

  /// A text may be a password.
  ~Data() {
    if (auto* text = std::get_if<std::string>(&held)) secure_zero(text->data(), text->size());
  }
};

}  // namespace watchword::json
