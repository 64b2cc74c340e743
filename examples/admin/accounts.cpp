#include <charconv>
#include <cstdio>
#include <iostream>

#include <termios.h>
#include <unistd.h>

#include <watchword/account/account_directory.hpp>
#include <watchword/account/account_store.hpp>
#include <watchword/account/identifier.hpp>
#include <watchword/session/session_service.hpp>

#include "commands.hpp"

namespace admin {

using watchword::Errc;
using watchword::Error;
using watchword::Password;
using watchword::Result;
using watchword::UserId;
using watchword::Watchword;
using watchword::account::Account;

namespace {

Error unknown_account() { return {Errc::not_found, "account_unknown", "There is no such account."}; }

bool is_number(const std::string& text, std::int64_t& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0;
}

// Hides what is typed at a terminal for as long as it lives.
class SilentTerminal final {
 public:
  SilentTerminal() : is_terminal_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_terminal_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    std::fputs("Password: ", stderr);
  }
  ~SilentTerminal() {
    if (!is_terminal_) return;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::fputs("\n", stderr);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  termios before_{};
  bool is_terminal_;
};

Result<Password> read_password() {
  SilentTerminal silent;
  std::string line;
  if (!std::getline(std::cin, line)) return usage_error("write the password to standard input");
  auto password = Password::copy_of(line);
  watchword::secure_zero(line.data(), line.size());
  return password;
}

Result<UserId> one_user(Watchword& watchword, const Arguments& arguments) {
  if (arguments.rest.size() != 1) return usage_error("name one account");
  auto found = find(watchword, arguments.rest[0]);
  if (!found) return found.error();
  return found->id;
}

}  // namespace

Result<std::optional<Account>> find_by_name(Watchword& watchword, const std::string& user) {
  auto name = watchword::account::LoginName::parse(user);
  if (!name) return std::optional<Account>();
  return watchword.accounts().find_by_login(*name);
}

Result<Account> find(Watchword& watchword, const std::string& user) {
  std::int64_t number = 0;
  bool marked = !user.empty() && user[0] == '#';
  std::optional<Account> by_number, by_name;
  if (is_number(marked ? user.substr(1) : user, number)) {
    auto found = watchword.accounts().find(UserId(number));
    if (!found) return found.error();
    by_number = *std::move(found);
  }
  if (!marked) {
    auto found = find_by_name(watchword, user);
    if (!found) return found.error();
    by_name = *std::move(found);
  }
  if (by_number && by_name && by_number->id != by_name->id) {
    return usage_error("that is one account's id and another's user name; write #ID, or the address");
  }
  if (!by_number && !by_name) return unknown_account();
  return by_number ? *std::move(by_number) : *std::move(by_name);
}

Result<void> create(Watchword& watchword, const Arguments& arguments, const Output& output) {
  if (arguments.rest.size() != 2) return usage_error("create needs an address and a user name");
  auto password = read_password();
  if (!password) return password.error();
  watchword::Registration request{arguments.rest[0], arguments.rest[1], *std::move(password)};
  auto made = watchword.auth().register_account({}, std::move(request));
  if (!made) return made.error();
  output.account(*made);
  return {};
}

Result<void> show(Watchword& watchword, const Arguments& arguments, const Output& output) {
  if (arguments.rest.size() != 1) return usage_error("name one account");
  auto found = find(watchword, arguments.rest[0]);
  if (!found) return found.error();
  output.account(*found);
  return {};
}

Result<void> list(Watchword& watchword, const Arguments& arguments, const Output& output) {
  std::int64_t after = 0, limit = 100;
  const auto& rest = arguments.rest;
  if (rest.size() > 2 || (!rest.empty() && rest[0] != "0" && !is_number(rest[0], after)) ||
      (rest.size() == 2 && !is_number(rest[1], limit))) {
    return usage_error("list takes an id and a number");
  }
  auto accounts = watchword.directory().list(UserId(after), static_cast<std::size_t>(limit));
  if (!accounts) return accounts.error();
  for (const auto& account : *accounts) output.account(account);
  return {};
}

Result<void> activate(Watchword& watchword, const Arguments& arguments, const Output& output) {
  auto user = one_user(watchword, arguments);
  if (!user) return user.error();
  auto done = watchword.auth().activate({}, *user);
  if (done) output.done("activated");
  return done;
}

Result<void> deactivate(Watchword& watchword, const Arguments& arguments, const Output& output) {
  auto user = one_user(watchword, arguments);
  if (!user) return user.error();
  auto done = watchword.auth().deactivate({}, *user);
  if (done) output.done("deactivated; its sessions have ended");
  return done;
}

Result<void> end_sessions(Watchword& watchword, const Arguments& arguments, const Output& output) {
  auto user = one_user(watchword, arguments);
  if (!user) return user.error();
  auto done = watchword.sessions().end_all({}, *user);
  if (done) output.done("its sessions have ended");
  return done;
}

}  // namespace admin
