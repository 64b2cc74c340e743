#pragma once

#include <string>

#include <watchword/base/result.hpp>

namespace watchword::postgres {

struct Url final {
  std::string text;  ///< as libpq wants it; may hold a password
  bool prepared_statements = true;
};

/// Takes our own parameters out of a URL's query and spells others' as libpq does. Error: `database_url`
/// (misconfigured).
Result<Url> parse_url(const std::string& url);

}  // namespace watchword::postgres
