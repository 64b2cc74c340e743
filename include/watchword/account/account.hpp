#pragma once

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
};

}  // namespace watchword::account
