#pragma once

#include <cstddef>
#include <string>

#include <watchword/options.hpp>

namespace example {

/// Whether open() will know the database, or be able to make it; writes nothing, so that a start that is refused leaves
/// nothing behind. Errors (misconfigured): those of watchword::open that concern the database.
watchword::Result<void> recognise_database(const watchword::Options& options);

bool is_in_memory(const std::string& database_url);

/// Raises the limit of open files as far as the process may; gives the new one.
std::size_t raise_open_files();

}  // namespace example
