#pragma once

#include <string_view>

namespace watchword::password {

/// Whether a password, given in lower case, is among the 10,000 commonest of 8 characters or more.
bool is_common(std::string_view lower_case) noexcept;

}  // namespace watchword::password
