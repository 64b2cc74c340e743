#include <watchword/http/message.hpp>

#include "http/ascii.hpp"

namespace watchword::http {
namespace {

std::optional<std::string_view> find(const std::vector<Field>& fields, std::string_view name) noexcept {
  for (const auto& field : fields) {
    if (equal_ignoring_case(field.first, name)) return std::string_view(field.second);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const noexcept { return find(headers, name); }

std::size_t Request::count(std::string_view name) const noexcept {
  std::size_t found = 0;
  for (const auto& field : headers) found += equal_ignoring_case(field.first, name) ? 1 : 0;
  return found;
}

std::optional<std::string_view> Response::header(std::string_view name) const noexcept { return find(headers, name); }

}  // namespace watchword::http
