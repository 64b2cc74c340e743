#include "http/house.hpp"

#include <algorithm>
#include <regex>
#include <stdexcept>

namespace watchword::test {
namespace {

constexpr std::string_view kSecretKey = "a secret key of the tests that is long enough";

Options options_of(const Setup& setup, Clock& clock, mail::Mailer& mailer) {
  Options options;
  options.database_url = "sqlite:///:memory:";
  options.database = setup.database;
  options.secret_key = std::move(*Secret::copy_of(kSecretKey));
  options.hashing = Argon2Policy{8, 1, true};
  options.clock = &clock;
  options.mailer = &mailer;
  options.hooks = setup.hooks;
  options.sql_threads = setup.sql_threads;
  options.sql_queue = setup.sql_queue;
  return options;
}

bool is_clean(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

/// What each response must have, whatever it says.
std::string frame_complaint(const http::Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (!is_clean(name) || !is_clean(value)) return "a control character in " + name;
  }
  if (response.header("X-Content-Type-Options") != "nosniff") return "no nosniff";
  if (!response.header("Cache-Control")) return "no Cache-Control";
  auto id = std::string(response.header("X-Request-Id").value_or(""));
  if (!std::regex_match(id, std::regex("[A-Za-z0-9._-]{1,64}"))) return "request id " + id;
  if (response.status == 401 && !response.header("WWW-Authenticate")) return "no WWW-Authenticate";
  if (response.status == 503 && !response.header("Retry-After")) return "no Retry-After";
  if (response.status == 405 && !response.header("Allow")) return "no Allow";
  return "";
}

}  // namespace

House::House(Setup setup) {
  auto opened = open(options_of(setup, clock, mailbox));
  if (!opened) throw std::runtime_error("open: " + std::string(opened.error().reason()));
  watchword = std::move(*opened);
  auto made = http::RestApi::create(*watchword, setup.rest);
  if (!made) throw std::runtime_error("RestApi: " + std::string(made.error().reason()));
  api = std::move(*made);
  check_ = std::make_unique<OpenApiCheck>(api->openapi());
}

std::string House::complaint(const http::Request& request, const http::Response& response) const {
  auto wrong = frame_complaint(response);
  if (!wrong.empty()) return wrong;
  if (!api->owns(request.target) || response.status == 405) return check_->value_complaint("Problem", response.body);
  if (request.method == "OPTIONS") return response.status == 204 && response.body.empty() ? "" : "no preflight";
  return check_->complaint(request, response);
}

http::Response House::send(http::Request request) {
  http::Request sent = request;
  auto response = api->handle(std::move(request));
  INFO(sent.method << ' ' << sent.target << " -> " << response.status << ' ' << response.body);
  CHECK(complaint(sent, response) == "");
  return response;
}

http::Response House::get(const std::string& target, std::vector<http::Field> headers) {
  return send(request_of("GET", target, "", std::move(headers)));
}

http::Response House::post(const std::string& target, const std::string& body, std::vector<http::Field> headers) {
  return send(request_of("POST", target, body, std::move(headers)));
}

void House::register_user(const std::string& username) {
  auto response = post(users("/register"), R"({"email":")" + username + R"(@example.org","username":")" + username +
                                               R"(","password":")" + kPassword + R"("})");
  REQUIRE(response.status == 201);
}

Tokens House::login(const std::string& username, const std::string& password) {
  auto response =
      post(users("/login"), R"({"username_or_email":")" + username + R"(","password":")" + password + R"("})");
  REQUIRE(response.status == 200);
  return {text_of(response, "access_token"), text_of(response, "refresh_token")};
}

http::Field House::cookie_login(const std::string& username) {
  auto response =
      post(users("/login"), R"({"username_or_email":")" + username + R"(","password":")" + kPassword + R"("})",
           {{"X-Watchword-Session", "cookie"}, {"Sec-Fetch-Site", "same-origin"}});
  REQUIRE(response.status == 200);
  return cookies_of(response);
}

std::string House::reset_code() {
  REQUIRE(watchword->flush_mail());
  REQUIRE(!mailbox.messages.empty());
  std::smatch found;
  const std::string& text = mailbox.messages.back().text;
  REQUIRE(std::regex_search(text, found, std::regex("\n    (\\S+)\n")));
  return found[1];
}

http::Field bearer(const std::string& token) { return {"Authorization", "Bearer " + token}; }

http::Request request_of(const std::string& method, const std::string& target, std::string body,
                         std::vector<http::Field> headers) {
  http::Request request;
  request.method = method;
  request.target = target;
  request.headers = std::move(headers);
  request.headers.emplace_back("Host", "127.0.0.1:8000");
  if (!body.empty() && request.count("Content-Type") == 0)
    request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  request.client_address = "192.0.2.1";
  return request;
}

std::string text_of(const http::Response& response, std::string_view name) {
  auto value = json::parse(response.body);
  if (!value) return "";
  const auto* found = value->find(name);
  return found == nullptr ? "" : std::string(found->text().value_or(""));
}

std::string code_of(const http::Response& response) { return text_of(response, "code"); }

std::vector<std::string> values_of(const http::Response& response, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [field, value] : response.headers) {
    if (field == name) values.push_back(value);
  }
  return values;
}

http::Field cookies_of(const http::Response& response) {
  std::string pairs;
  for (const auto& value : values_of(response, "Set-Cookie")) {
    pairs.append(pairs.empty() ? "" : "; ").append(value.substr(0, value.find(';')));
  }
  return {"Cookie", pairs};
}

}  // namespace watchword::test
