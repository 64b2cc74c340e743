#include <algorithm>
#include <fstream>
#include <iostream>

#include <nlohmann/json.hpp>

#include <watchword/account/account_store.hpp>
#include <watchword/account/identifier.hpp>
#include <watchword/storage/sql.hpp>

#include "commands.hpp"

namespace admin {

using watchword::Errc;
using watchword::Error;
using watchword::Result;
using watchword::Transaction;
using watchword::Watchword;
using watchword::account::AccountStore;
using watchword::account::EmailAddress;
using watchword::account::NewAccount;
using watchword::account::UserName;

namespace {

struct Row final {
  NewAccount account;
  bool is_active = true;
};

Error bad_line(std::size_t number, std::string_view what) {
  return Error(Errc::invalid_input, "import_line", "Mend the line and import again; the lines before it are in.")
      .with_reason("line " + std::to_string(number) + ": ")
      .with_reason(what);
}

bool is_known_hash(const std::string& hash) {
  auto begins = [&](std::string_view prefix) { return hash.compare(0, prefix.size(), prefix) == 0; };
  if (begins("$2a$") || begins("$2b$") || begins("$2y$")) return hash.size() == 60;
  if (begins("$argon2id$v=19$m=")) return hash.size() <= 255 && std::count(hash.begin(), hash.end(), '$') == 5;
  return hash == "!";
}

Result<Row> parse_row(const std::string& line, std::size_t number) {
  auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return bad_line(number, "is no JSON object");
  auto text = [&](const char* name) {
    return json.contains(name) && json[name].is_string() ? json[name].get<std::string>() : "";
  };
  auto email = EmailAddress::parse(text("email"));
  if (!email) return bad_line(number, email.error().code());
  auto username = UserName::parse(text("username"));
  if (!username) return bad_line(number, username.error().code());
  std::string hash = text("hashed_password");
  if (!is_known_hash(hash)) return bad_line(number, "hashed_password is neither Argon2id, bcrypt nor \"!\"");
  Row row;
  row.account = NewAccount{*std::move(email), *std::move(username), std::move(hash)};
  if (json.contains("is_active")) {
    if (!json["is_active"].is_boolean()) return bad_line(number, "is_active is neither true nor false");
    row.is_active = json["is_active"].get<bool>();
  }
  return row;
}

Result<void> add(Watchword& watchword, const Row& row, std::size_t number) {
  AccountStore::Inserted inserted;
  auto now = watchword.clock().now();
  auto work = [&](Transaction& transaction) -> Result<void> {
    auto done = watchword.accounts().insert(transaction, row.account, now);
    if (!done) return done.error();
    inserted = *std::move(done);
    if (!inserted.account || row.is_active) return {};
    auto set = watchword.accounts().set_active(transaction, inserted.account->id, false, now);
    if (!set) return set.error();
    return {};
  };
  auto committed = watchword.database().run(work);
  if (!committed) return committed;
  if (inserted.taken) {
    return bad_line(number, *inserted.taken == watchword::account::Taken::email ? "email_taken" : "username_taken");
  }
  return {};
}

}  // namespace

Result<void> import_accounts(Watchword& watchword, const Arguments& arguments, const Output& output) {
  if (arguments.rest.size() != 1) return usage_error("name one file, or - for standard input");
  std::ifstream file;
  bool standard_input = arguments.rest[0] == "-";
  if (!standard_input) file.open(arguments.rest[0]);
  if (!standard_input && !file) return usage_error("the file cannot be read");
  std::istream& in = standard_input ? std::cin : file;
  std::int64_t count = 0;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty()) continue;
    auto row = parse_row(line, number);
    if (!row) return row.error();
    auto added = add(watchword, *row, number);
    if (!added) return added;
    ++count;
  }
  output.done("accounts imported", count);
  return {};
}

}  // namespace admin
