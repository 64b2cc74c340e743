#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <watchword/hooks.hpp>
#include <watchword/http/rest_api.hpp>
#include <watchword/mail/mailer.hpp>
#include <watchword/storage/sql.hpp>
#include <watchword/watchword.hpp>

#include "http/openapi_check.hpp"
#include "support/catch.hpp"
#include "support/fake_clock.hpp"

namespace watchword::test {

constexpr const char* kPassword = "securepassword123";
constexpr const char* kUsers = "/api/v1/users";

/// Keeps what would be mailed.
class Mailbox final : public mail::Mailer {
 public:
  Result<void> send(const mail::Message& message) noexcept override {
    messages.push_back(message);
    return {};
  }
  std::vector<mail::Message> messages;
};

struct Setup final {
  http::RestOptions rest;
  Hooks* hooks = nullptr;
  sql::Database* database = nullptr;
  std::size_t sql_threads = 2;
  std::size_t sql_queue = 1024;
};

/// What a client holds after a login.
struct Tokens final {
  std::string access;
  std::string refresh;
};

/// The product over a database in memory, cheap hashes and a clock of the test's, with its REST API. Every response is
/// checked: against the OpenAPI document and for the fields that all must have.
class House final {
 public:
  explicit House(Setup setup = {});

  http::Response send(http::Request request);
  http::Response get(const std::string& target, std::vector<http::Field> headers = {});
  /// POST with a JSON body, which is left out where empty.
  http::Response post(const std::string& target, const std::string& body = "", std::vector<http::Field> headers = {});

  void register_user(const std::string& username);
  Tokens login(const std::string& username, const std::string& password = kPassword);
  /// The Cookie field after a login with cookies.
  http::Field cookie_login(const std::string& username);
  std::string reset_code();

  /// What is wrong with a response; "" where all is well. For threads, on which the test framework cannot be used.
  std::string complaint(const http::Request& request, const http::Response& response) const;

  FakeClock clock;
  Mailbox mailbox;
  std::unique_ptr<Watchword> watchword;
  std::unique_ptr<http::RestApi> api;

 private:
  std::unique_ptr<OpenApiCheck> check_;
};

http::Field bearer(const std::string& token);
http::Request request_of(const std::string& method, const std::string& target, std::string body = "",
                         std::vector<http::Field> headers = {});
/// A member of a JSON object, "" where there is none or it is no string.
std::string text_of(const http::Response& response, std::string_view name);
std::string code_of(const http::Response& response);
std::vector<std::string> values_of(const http::Response& response, std::string_view name);
/// The cookies that a response sets, as a browser sends them back.
http::Field cookies_of(const http::Response& response);

inline std::string users(std::string_view path) { return std::string(kUsers).append(path); }

}  // namespace watchword::test
