#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace watchword::sql {

/// What an engine calls the types of schema texts.
struct TypeNames final {
  std::string_view bigint;
  std::string_view boolean;
  std::string_view blob;
  std::string_view timestamp;
  std::string_view serial;  ///< an integer key that the engine draws where none is given
};

/// The text with {bigint}, {boolean}, {blob}, {timestamp} and {serial} replaced. May throw std::bad_alloc.
inline std::string replace_types(std::string_view schema_text, const TypeNames& names) {
  const std::pair<std::string_view, std::string_view> types[] = {{"{bigint}", names.bigint},
                                                                 {"{boolean}", names.boolean},
                                                                 {"{blob}", names.blob},
                                                                 {"{timestamp}", names.timestamp},
                                                                 {"{serial}", names.serial}};
  std::string text(schema_text);
  for (const auto& [name, type] : types) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + type.size())) {
      text.replace(at, name.size(), type);
    }
  }
  return text;
}

}  // namespace watchword::sql
