#include "variables.hpp"

#include <cstdlib>

namespace example {

using watchword::Errc;
using watchword::Error;
using watchword::Result;

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

Result<std::optional<std::string>> telling_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::optional<std::string>();
  if (*value == '\0') return refused(name, "is set but empty; give it a value or unset it");
  return std::optional<std::string>(value);
}

Error refused(std::string_view name, std::string_view what) {
  return Error(Errc::misconfigured, "environment", "Change the environment variable.")
      .with_reason(name)
      .with_reason(": ")
      .with_reason(what);
}

Error refused(std::string_view name, const Error& error) {
  std::string what(error.code());
  what.append(": ").append(error.message());
  if (!error.reason().empty()) what.append(" (").append(error.reason()).append(")");
  return refused(name, what);
}

std::vector<std::string> split(const std::string& list, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= list.size()) {
    std::size_t end = list.find(separator, begin);
    if (end == std::string::npos) end = list.size();
    std::string part = list.substr(begin, end - begin);
    while (!part.empty() && part.front() == ' ') part.erase(0, 1);
    while (!part.empty() && part.back() == ' ') part.pop_back();
    if (!part.empty()) parts.push_back(std::move(part));
    begin = end + 1;
  }
  return parts;
}

}  // namespace example
