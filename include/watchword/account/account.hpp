#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <watchword/base/id.hpp>
#include <watchword/base/time.hpp>

namespace watchword::account {

/// A user as the `users` table has it, without the password's hash.
struct Account final {
  UserId id;
  std::string email;
  std::string username;
  bool is_active = false;  ///< NULL in the table means inactive
  std::optional<Timestamp> created_at;
  std::optional<Timestamp> updated_at;
  /// Sessions of an earlier epoch have ended. Told by AccountStore; 0 where it is not known.
  std::int64_t epoch = 0;
};

}  // namespace watchword::account
