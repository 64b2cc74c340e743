#include "http/openapi_check.hpp"

#include <algorithm>
#include <stdexcept>

namespace watchword::test {
namespace {

json::Value parsed(std::string_view text, std::size_t limit = 1024 * 1024) {
  json::Limits limits;
  limits.bytes = limit;
  auto value = json::parse(text, limits);
  if (!value) throw std::runtime_error("no JSON: " + std::string(value.error().reason()));
  return std::move(*value);
}

bool is_array(const json::Value& value) {
  return !value.is_object() && !value.is_null() && !value.text() && !value.number() && !value.boolean() &&
         !value.integer();
}

bool has_type(const json::Value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return is_array(value);
  if (type == "string") return value.text().has_value();
  if (type == "integer") return value.integer().has_value();
  if (type == "boolean") return value.boolean().has_value();
  return type == "null" && value.is_null();
}

bool has_declared_type(const json::Value& declared, const json::Value& value) {
  if (declared.text()) return has_type(value, *declared.text());
  const auto& types = declared.elements();
  return std::any_of(types.begin(), types.end(),
                     [&](const json::Value& type) { return has_type(value, type.text().value_or("")); });
}

bool has_required(const json::Value& names, const json::Value& value) {
  return std::all_of(names.elements().begin(), names.elements().end(), [&](const json::Value& name) {
    return !value.is_object() || value.find(name.text().value_or("")) != nullptr;
  });
}

bool is_listed(const json::Value& choices, const json::Value& value) {
  return std::any_of(choices.elements().begin(), choices.elements().end(),
                     [&](const json::Value& choice) { return choice.text() && choice.text() == value.text(); });
}

bool matches(std::string_view pattern, const json::Value& value) {
  return !value.text() || std::regex_search(std::string(*value.text()), std::regex(std::string(pattern)));
}

constexpr std::string_view kDateTime = R"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$)";

bool is_annotation(std::string_view keyword) { return keyword == "writeOnly" || keyword == "description"; }

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

const json::Value* member(const json::Value* value, std::string_view name) {
  return value == nullptr ? nullptr : value->find(name);
}

}  // namespace

OpenApiCheck::OpenApiCheck(const std::string& document) : document_(parsed(document)) {}

const json::Value* OpenApiCheck::schema_named(std::string_view name) const {
  return member(member(document_.find("components"), "schemas"), name);
}

/// By exact path, then by the one template, whose last segment stands for any text without a slash.
const json::Value* OpenApiCheck::path_item(std::string_view path) const {
  const auto* paths = document_.find("paths");
  if (const auto* exact = paths->find(path)) return exact;
  auto parent = path.substr(0, path.rfind('/'));
  return paths->find(std::string(parent) + "/{id}");
}

std::string OpenApiCheck::complaint(const http::Request& request, const http::Response& response) const {
  auto path = std::string_view(request.target).substr(0, request.target.find('?'));
  std::string method = request.method == "HEAD" ? "get" : lower_case(request.method);
  const auto* responses = member(member(path_item(path), method), "responses");
  if (responses == nullptr) return "no operation " + method + " " + std::string(path);
  const auto* declared = responses->find(std::to_string(response.status));
  if (declared == nullptr) return "status " + std::to_string(response.status) + " is not declared";
  if (request.method == "HEAD") return response.body.empty() ? "" : "a body for HEAD";
  return body_complaint(*declared, response);
}

std::string OpenApiCheck::body_complaint(const json::Value& declared, const http::Response& response) const {
  const auto* content = declared.find("content");
  if (content == nullptr) return response.body.empty() ? "" : "a body where none is declared";
  auto type = response.header("Content-Type").value_or("");
  const auto* schema = member(member(content, type), "schema");
  if (schema == nullptr) return "media type " + std::string(type) + " is not declared";
  return fits(*schema, parsed(response.body));
}

std::string OpenApiCheck::value_complaint(std::string_view schema, std::string_view value) const {
  return fits(*schema_named(schema), parsed(value));
}

std::string OpenApiCheck::fits(const json::Value& schema, const json::Value& value) const {
  for (const auto& [keyword, argument] : schema.members()) {
    auto wrong = fits_keyword(schema, keyword, argument, value);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

std::string OpenApiCheck::fits_keyword(const json::Value&, std::string_view keyword, const json::Value& argument,
                                       const json::Value& value) const {
  if (keyword == "$ref") return fits_reference(*argument.text(), value);
  if (keyword == "oneOf") return fits_one(argument, value);
  if (keyword == "properties") return fits_properties(argument, value);
  if (keyword == "items") return fits_items(argument, value);
  bool fine = is_annotation(keyword);
  if (keyword == "type") fine = has_declared_type(argument, value);
  if (keyword == "required") fine = has_required(argument, value);
  if (keyword == "enum") fine = is_listed(argument, value);
  if (keyword == "pattern") fine = matches(*argument.text(), value);
  if (keyword == "format") fine = argument.text() == "date-time" && matches(kDateTime, value);
  if (keyword == "minLength") fine = !value.text() || value.text()->size() >= static_cast<size_t>(*argument.integer());
  if (keyword == "minimum") fine = !value.integer() || *value.integer() >= *argument.integer();
  if (keyword == "maximum") fine = !value.integer() || *value.integer() <= *argument.integer();
  return fine ? "" : "violates " + std::string(keyword);
}

std::string OpenApiCheck::fits_reference(std::string_view reference, const json::Value& value) const {
  constexpr std::string_view prefix = "#/components/schemas/";
  if (reference.substr(0, prefix.size()) != prefix) return "foreign reference";
  auto name = reference.substr(prefix.size());
  const auto* schema = schema_named(name);
  if (schema == nullptr) return "no schema " + std::string(name);
  auto wrong = fits(*schema, value);
  return wrong.empty() ? "" : std::string(name) + ": " + wrong;
}

std::string OpenApiCheck::fits_one(const json::Value& choices, const json::Value& value) const {
  auto fitting = std::count_if(choices.elements().begin(), choices.elements().end(),
                               [&](const json::Value& choice) { return fits(choice, value).empty(); });
  return fitting == 1 ? "" : "fits " + std::to_string(fitting) + " of the choices";
}

std::string OpenApiCheck::fits_properties(const json::Value& properties, const json::Value& value) const {
  for (const auto& [name, held] : value.members()) {
    const auto* schema = properties.find(name);
    if (schema == nullptr) return name + " is not declared";
    auto wrong = fits(*schema, held);
    if (!wrong.empty()) return name + " " + wrong;
  }
  return "";
}

std::string OpenApiCheck::fits_items(const json::Value& items, const json::Value& value) const {
  for (const auto& element : value.elements()) {
    auto wrong = fits(items, element);
    if (!wrong.empty()) return "an element " + wrong;
  }
  return "";
}

}  // namespace watchword::test
