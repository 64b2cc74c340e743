#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <watchword/base/result.hpp>
#include <watchword/base/secret.hpp>
#include <watchword/http/message.hpp>

#include "json/json.hpp"

namespace watchword::http {

/// True for exactly one Content-Type `application/json`, without charset or with UTF-8, and no content coding.
bool has_json_content(const Request& request) noexcept;

/// The JSON object of a request. Fields are read one after the other; check() then tells of the first that was missing
/// or wrong. Members that nobody asks for have no effect.
class Body final {
 public:
  /// An empty text is an object without members if `optional`. Errors (invalid_input): `json_invalid`,
  /// `body_not_object`.
  static Result<Body> parse(std::string_view text, bool optional, std::size_t limit) noexcept;

  /// "" and an error noted where it is missing, no string, or holds a NUL.
  std::string_view text(Literal name) noexcept;
  /// Nothing where it is missing; null is a wrong type.
  std::optional<std::string_view> optional_text(Literal name) noexcept;
  Password password(Literal name) noexcept;

  /// Errors (invalid_input, with the field): `field_required`, `field_type`, `field_text`.
  Result<void> check() const noexcept;

 private:
  explicit Body(json::Value value) noexcept : value_(std::move(value)) {}
  json::Value value_;
  std::optional<Error> wrong_;
};

}  // namespace watchword::http
