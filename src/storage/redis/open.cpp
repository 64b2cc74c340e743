#include <array>
#include <memory>
#include <string>

#include <watchword/base/rng.hpp>
#include <watchword/storage/redis.hpp>

#include "storage/redis/change_signal.hpp"
#include "storage/redis/error.hpp"
#include "storage/redis/tls.hpp"
#include "storage/redis/url.hpp"

namespace watchword::redis {
namespace {

bool within(Lifetime value) noexcept { return value >= Lifetime::milliseconds(1) && value <= Lifetime::minutes(1); }

Result<void> check_options(const Options& options) noexcept {
  if (options.channel.empty()) return bad_options("channel");
  if (!within(options.connect_timeout)) return bad_options("connect_timeout");
  if (!within(options.command_timeout)) return bad_options("command_timeout");
  return {};
}

Result<std::string> name_nobody_else_has() {
  std::array<std::uint8_t, 16> bytes;
  if (auto filled = system_rng().fill(bytes.data(), bytes.size()); !filled) return filled.error();
  std::string name;
  for (const auto byte : bytes) {
    name += "0123456789abcdef"[byte >> 4];
    name += "0123456789abcdef"[byte & 15];
  }
  return name;
}

Result<std::unique_ptr<ChangeSignal>> make_checked(const Options& options) {
  if (auto valid = check_options(options); !valid) return valid.error();
  auto url = parse_url(options.url);
  if (!url) return url.error();
  if (url->tls) {
    if (auto usable = check_tls(*url); !usable) return usable.error();
  }
  auto self = name_nobody_else_has();
  if (!self) return self.error();
  std::string channel = options.channel + ":" + std::to_string(url->database);
  auto signal = std::make_unique<PubSubSignal>(Settings{*std::move(url), std::move(channel), *std::move(self),
                                                        options.connect_timeout, options.command_timeout,
                                                        options.log != nullptr ? *options.log : null_log()});
  if (!signal->valid()) return redis_unavailable("no descriptor is free");
  signal->start();
  return std::unique_ptr<ChangeSignal>(std::move(signal));
}

}  // namespace

Result<std::unique_ptr<ChangeSignal>> make_change_signal(const Options& options) noexcept {
  try {
    return make_checked(options);
  } catch (...) {
    return out_of_memory();
  }
}

Result<std::unique_ptr<ChangeSignal>> make_change_signal(const std::string& url) noexcept {
  try {
    Options options;
    options.url = url;
    return make_checked(options);
  } catch (...) {
    return out_of_memory();
  }
}

}  // namespace watchword::redis
