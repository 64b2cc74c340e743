#pragma once

#include <vector>

#include <watchword/options.hpp>

namespace watchword::compose {

/// The keys that derive from the root keys, each for one purpose; for each purpose as many, in the same order.
struct DerivedKeys final {
  std::vector<session::RefreshKey> refresh;
  std::vector<Secret> onetime;
};

/// Where there are no root keys, they derive from SECRET_KEY and its predecessor, and the log is told. Errors
/// (misconfigured): `root_key_invalid`, `root_key_missing`, `pepper_root`.
Result<DerivedKeys> derive_keys(const Options& options, LogSink& log);

}  // namespace watchword::compose
