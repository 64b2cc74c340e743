#include "redis.hpp"

#include <watchword/storage/redis.hpp>

namespace example {

watchword::Result<std::unique_ptr<watchword::ChangeSignal>> use_redis(Settings& settings, watchword::LogSink& log) {
  if (settings.redis_url.empty()) return std::unique_ptr<watchword::ChangeSignal>();
  watchword::redis::Options options;
  options.url = settings.redis_url;
  options.log = &log;
  auto signal = watchword::redis::make_change_signal(options);
  if (signal) settings.options.signal = signal->get();
  return signal;
}

}  // namespace example
