#pragma once

#include <string>

#include <watchword/base/result.hpp>
#include <watchword/base/secret.hpp>

namespace example {

/// Reads the secret in a file, or makes a random one there (mode 0600) where there is no file. Two processes that start
/// at once end with the same secret. Errors (misconfigured): the file is readable by others, too short, cannot be made.
watchword::Result<watchword::Secret> read_or_make_secret(const std::string& path, bool& made);

/// A whole file's text. Error (misconfigured).
watchword::Result<std::string> read_file(const std::string& path);

}  // namespace example
