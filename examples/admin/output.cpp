#include "output.hpp"

#include <cstdio>
#include <ctime>
#include <optional>

#include <nlohmann/json.hpp>

namespace admin {
namespace {

using nlohmann::ordered_json;

std::string text_of(std::optional<watchword::Timestamp> time) {
  if (!time) return "";
  std::time_t seconds = time->seconds();
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

void print(const ordered_json& value) {
  std::printf("%s\n", value.dump(-1, ' ', true, ordered_json::error_handler_t::replace).c_str());
}

// Names come from users: controls in them must not reach the terminal.
std::string printable(const std::string& text) {
  std::string out = ordered_json(text).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return out.substr(1, out.size() - 2);
}

}  // namespace

void Output::account(const watchword::account::Account& account) const {
  if (json_) {
    auto created = text_of(account.created_at), updated = text_of(account.updated_at);
    print({{"id", account.id.value()},
           {"email", account.email},
           {"username", account.username},
           {"is_active", account.is_active},
           {"created_at", created.empty() ? ordered_json() : ordered_json(created)},
           {"updated_at", updated.empty() ? ordered_json() : ordered_json(updated)}});
    return;
  }
  std::printf("%8lld  %-8s  %-24s  %-32s  %s\n", static_cast<long long>(account.id.value()),
              account.is_active ? "active" : "inactive", printable(account.username).c_str(),
              printable(account.email).c_str(), text_of(account.created_at).c_str());
}

void Output::done(const std::string& what, std::int64_t count) const {
  if (json_) {
    ordered_json value{{"result", what}};
    if (count >= 0) value["count"] = count;
    print(value);
  } else if (count >= 0) {
    std::printf("%s: %lld\n", what.c_str(), static_cast<long long>(count));
  } else {
    std::printf("%s\n", what.c_str());
  }
}

void Output::pending(const std::string& feature, int version) const {
  if (json_) {
    print({{"pending", feature}, {"version", version}});
  } else {
    std::printf("missing: %s %d\n", feature.c_str(), version);
  }
}

int Output::failure(const watchword::Error& error) const {
  bool usage = error.kind() == watchword::Errc::misconfigured || error.code() == "usage";
  if (json_) {
    ordered_json value{{"error", error.code()}, {"message", error.message()}, {"reason", error.reason()}};
    std::fprintf(stderr, "%s\n", value.dump(-1, ' ', true, ordered_json::error_handler_t::replace).c_str());
  } else {
    std::fprintf(stderr, "watchword-admin: %s %s (%s)\n", std::string(error.message()).c_str(),
                 std::string(error.reason()).c_str(), std::string(error.code()).c_str());
  }
  return usage ? 2 : 1;
}

}  // namespace admin
