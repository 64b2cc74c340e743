#include "token/policy.hpp"

#include "json/json.hpp"

namespace watchword {
namespace {

constexpr std::size_t kMostName = 256;

Error invalid(std::string_view why) noexcept {
  return Error(Errc::misconfigured, "token_policy", "Correct the settings of access tokens.").with_reason(why);
}

bool is_within(Lifetime value, Lifetime least, Lifetime most) noexcept { return least <= value && value <= most; }

/// JSON must carry the name unchanged.
Result<void> check_name(std::string_view name, std::string_view which) {
  auto back = json::parse(json::Writer().text(name).take());
  if (!back) return back.error();
  if (back->text() != name) return invalid(which).with_reason(": not UTF-8");
  return {};
}

}  // namespace

Result<void> check_policy(const TokenPolicy& policy) noexcept {
  try {
    if (policy.issuer.empty()) return invalid("issuer: empty");
    if (policy.issuer.size() > kMostName || policy.audience.size() > kMostName) return invalid("a name over 256 bytes");
    auto named = check_name(policy.issuer, "issuer");
    if (named) named = check_name(policy.audience, "audience");
    if (!named) return named;
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
  if (!is_within(policy.access_lifetime, Lifetime::seconds(1), Lifetime::hours(24))) {
    return invalid("access_lifetime: 1 second to 24 hours");
  }
  if (!is_within(policy.leeway, Lifetime::seconds(0), Lifetime::seconds(60))) return invalid("leeway: 0 to 60 seconds");
  if (policy.max_size < 256 || policy.max_size > 8192) return invalid("max_size: 256 to 8192 bytes");
  return {};
}

}  // namespace watchword
