#pragma once

#include <watchword/base/result.hpp>

#include "settings.hpp"

namespace example {

/// The keys: SECRET_KEY, SECRET_KEY_PREVIOUS, WATCHWORD_KEYS_FILE, WATCHWORD_ROOT_KEY; and, since only keys make it
/// possible, whether ISSUER and AUDIENCE can be written into tokens. Errors: as read_settings().
watchword::Result<void> read_keys(Settings& settings);

}  // namespace example
