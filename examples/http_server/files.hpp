#pragma once

#include <cstdint>
#include <string>

#include <watchword/base/result.hpp>
#include <watchword/base/secret.hpp>

namespace example {

/// Whether a file may be readable by others than its owner.
enum class Privacy : std::uint8_t { none, owner };

/// The text of the file that a variable names. Errors (misconfigured) name both: it cannot be read, is readable by
/// others, is empty (taken for absent, it would switch off what the variable asks for), is over 1 MiB.
watchword::Result<std::string> read_named_file(const char* variable, const std::string& path, Privacy privacy);

/// Reads the secret in a file, or makes a random one there (mode 0600) where there is no file. Two processes that start
/// at once end with the same secret. Errors (misconfigured): the file is readable by others, too short, cannot be made.
watchword::Result<watchword::Secret> read_or_make_secret(const std::string& path, bool& made);

}  // namespace example
