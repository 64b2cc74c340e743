#include "http/body.hpp"

#include "http/ascii.hpp"

namespace watchword::http {
namespace {

std::string_view unquoted(std::string_view text) noexcept {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

/// RFC 8259 section 8.1: UTF-8 and nothing else; `charset` has no meaning for JSON, but saying another one is an error.
bool is_harmless_parameter(std::string_view parameter) noexcept {
  auto equals = parameter.find('=');
  if (!equal_ignoring_case(trimmed(parameter.substr(0, equals)), "charset")) return true;
  return equals != std::string_view::npos &&
         equal_ignoring_case(unquoted(trimmed(parameter.substr(equals + 1))), "utf-8");
}

bool is_json_type(std::string_view type) noexcept {
  auto end = type.find(';');
  if (!equal_ignoring_case(trimmed(type.substr(0, end)), "application/json")) return false;
  while (end != std::string_view::npos) {
    type.remove_prefix(end + 1);
    end = type.find(';');
    if (!is_harmless_parameter(type.substr(0, end))) return false;
  }
  return true;
}

}  // namespace

bool has_json_content(const Request& request) noexcept {
  if (request.count("Content-Type") != 1 || !is_json_type(*request.header("Content-Type"))) return false;
  auto coding = request.header("Content-Encoding");
  return !coding || equal_ignoring_case(trimmed(*coding), "identity");
}

Result<Body> Body::parse(std::string_view text, bool optional, std::size_t limit) noexcept {
  json::Limits limits;
  limits.bytes = limit;
  auto value = json::parse(optional && text.empty() ? "{}" : text, limits);
  if (!value) return value.error();
  if (!value->is_object()) return Error(Errc::invalid_input, "body_not_object", "Send a JSON object.");
  return Body(std::move(*value));
}

std::string_view Body::text(Literal name) noexcept {
  if (auto found = optional_text(name)) return *found;
  if (!wrong_) wrong_ = Error(Errc::invalid_input, "field_required", "This field is required.").with_field(name);
  return {};
}

std::optional<std::string_view> Body::optional_text(Literal name) noexcept {
  const auto* member = value_.find(name.c_str());
  if (member == nullptr) return std::nullopt;
  auto text = member->text();
  if (text && text->find('\0') == std::string_view::npos) return text;
  if (!wrong_ && !text) {
    wrong_ = Error(Errc::invalid_input, "field_type", "Send a string for this field.").with_field(name);
  } else if (!wrong_) {
    wrong_ = Error(Errc::invalid_input, "field_text", "Leave out the NUL character.").with_field(name);
  }
  return std::string_view();
}

Password Body::password(Literal name) noexcept {
  auto copy = Password::copy_of(text(name));
  if (copy) return std::move(*copy);
  if (!wrong_) wrong_ = copy.error();
  return {};
}

Result<void> Body::check() const noexcept {
  if (wrong_) return *wrong_;
  return {};
}

}  // namespace watchword::http
