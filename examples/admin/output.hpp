#pragma once

#include <string>

#include <watchword/account/account.hpp>
#include <watchword/base/error.hpp>

namespace admin {

/// Prints what a command found: one JSON object a line with --json, else text for people.
class Output final {
 public:
  explicit Output(bool json) : json_(json) {}
  void account(const watchword::account::Account& account) const;
  void done(const std::string& what, std::int64_t count = -1) const;
  void pending(const std::string& feature, int version) const;
  /// To standard error. Gives the exit status: 2 for a wrong configuration or usage, else 1.
  int failure(const watchword::Error& error) const;

 private:
  bool json_;
};

}  // namespace admin
