#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <watchword/base/error.hpp>
#include <watchword/base/result.hpp>

namespace example {

/// A variable of the environment; nothing where it is not set, or empty.
std::optional<std::string> variable(const char* name);

/// The same for one that switches something on that matters: set but empty it is refused, since whoever set it meant
/// something.
watchword::Result<std::optional<std::string>> telling_variable(const char* name);

/// Says which variable to change, and how.
watchword::Error refused(std::string_view name, std::string_view what);
/// The same of what somebody else said about a value.
watchword::Error refused(std::string_view name, const watchword::Error& error);

/// The parts of a list without the spaces around them; empty ones are left out.
std::vector<std::string> split(const std::string& list, char separator);

}  // namespace example
