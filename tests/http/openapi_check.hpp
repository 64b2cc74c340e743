#pragma once

#include <regex>
#include <string>
#include <string_view>

#include <watchword/http/message.hpp>

#include "json/json.hpp"

namespace watchword::test {

/// Checks responses against an OpenAPI 3.1 document: the operation exists, the status and the media type are declared,
/// and the body fits its schema, with no member that the schema does not name. Knows the keywords that the document
/// uses and complains about every other.
class OpenApiCheck final {
 public:
  explicit OpenApiCheck(const std::string& document);

  /// What is wrong; "" where all is well.
  std::string complaint(const http::Request& request, const http::Response& response) const;
  /// The same for one value and the schema of a name.
  std::string value_complaint(std::string_view schema, std::string_view value) const;
  const json::Value& document() const noexcept { return document_; }

 private:
  const json::Value* schema_named(std::string_view name) const;
  const json::Value* path_item(std::string_view path) const;
  std::string body_complaint(const json::Value& declared, const http::Response& response) const;

  std::string fits(const json::Value& schema, const json::Value& value) const;
  std::string fits_keyword(const json::Value& schema, std::string_view keyword, const json::Value& argument,
                           const json::Value& value) const;
  std::string fits_reference(std::string_view reference, const json::Value& value) const;
  std::string fits_one(const json::Value& choices, const json::Value& value) const;
  std::string fits_properties(const json::Value& properties, const json::Value& value) const;
  std::string fits_items(const json::Value& items, const json::Value& value) const;

  json::Value document_;
};

}  // namespace watchword::test
