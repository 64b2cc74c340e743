#pragma once

#include <memory>
#include <string>

#include <watchword/watchword.hpp>

#include "arguments.hpp"
#include "output.hpp"

namespace admin {

/// Each answers or refuses one command; what it finds it prints.
watchword::Result<void> create(watchword::Watchword& watchword, const Arguments& arguments, const Output& output);
watchword::Result<void> show(watchword::Watchword& watchword, const Arguments& arguments, const Output& output);
watchword::Result<void> list(watchword::Watchword& watchword, const Arguments& arguments, const Output& output);
watchword::Result<void> activate(watchword::Watchword& watchword, const Arguments& arguments, const Output& output);
watchword::Result<void> deactivate(watchword::Watchword& watchword, const Arguments& arguments, const Output& output);
watchword::Result<void> end_sessions(watchword::Watchword& watchword, const Arguments& arguments, const Output& output);
watchword::Result<void> import_accounts(watchword::Watchword& watchword, const Arguments& arguments,
                                        const Output& output);
watchword::Result<void> purge(watchword::Watchword& watchword, const Arguments& arguments, const Output& output);
watchword::Result<void> restored(watchword::Watchword& watchword, const Arguments& arguments, const Output& output);
watchword::Result<void> check(watchword::Watchword& watchword, const Arguments& arguments, const Output& output);

/// Opens everything over the URL. Access tokens are not made here, so their key is a random one.
watchword::Result<std::unique_ptr<watchword::Watchword>> open(const Arguments& arguments,
                                                              watchword::sql::MigrationMode mode);
/// What the database lacks, without writing.
watchword::Result<void> show_pending(const Arguments& arguments, const Output& output);

/// The account that the words name: an id in digits, else a user name or address.
watchword::Result<watchword::account::Account> find(watchword::Watchword& watchword, const std::string& user);

watchword::Error usage_error(const char* what);

}  // namespace admin
