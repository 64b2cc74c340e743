#pragma once

#include <string>

#include <watchword/base/log.hpp>
#include <watchword/base/time.hpp>

#include "storage/redis/url.hpp"

namespace watchword::redis {

/// What all parts of one signal share.
struct Settings final {
  Url url;
  std::string channel;
  std::string self;  ///< what this signal publishes, which no other does
  Lifetime connect_timeout;
  Lifetime command_timeout;
  LogSink& log;
};

}  // namespace watchword::redis
