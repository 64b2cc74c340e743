#include <array>

#include "http/house.hpp"

namespace watchword::test {
namespace {

std::string registration_with(const std::string& members) {
  return R"({"email":"a@example.org","username":"somebody","password":"securepassword123")" + members + "}";
}

std::string login_with(const std::string& name, const std::string& password) {
  return R"({"username_or_email":)" + name + R"(,"password":)" + password + "}";
}

TEST_CASE("advisory 89 malformed JSON is refused with 400") {
  House house;
  const std::string bodies[] = {"{",
                                "nonsense",
                                "{}{}",
                                R"({"a":1,})",
                                "\xef\xbb\xbf{}",
                                R"({"username_or_email":"\ud800","password":"x"})",
                                "{\"username_or_email\":\"\xff\",\"password\":\"x\"}",
                                R"({"a":1e999,"username_or_email":"x","password":"y"})",
                                R"({"a":NaN})",
                                R"({"password":"x","password":"y","username_or_email":"z"})",
                                R"({"password":"x","pass\u0077ord":"y","username_or_email":"z"})",
                                std::string(100, '[') + std::string(100, ']'),
                                std::string(60000, '['),
                                std::string("{}\0", 3)};
  for (const auto& body : bodies) {
    auto response = house.post(users("/login"), body);
    INFO(body.substr(0, 60));
    CHECK(response.status == 400);
    CHECK(code_of(response) == "json_invalid");
  }
  for (std::string body : {"[]", "null", "5", "\"text\"", "true"}) {
    CHECK(code_of(house.post(users("/login"), body)) == "body_not_object");
  }
}

TEST_CASE("advisories 49 and 57 a string field takes strings only") {
  House house;
  for (std::string value : {"1", "0", "1.5", "true", "null", "[]", R"(["a","b"])", R"({"a":"b"})"}) {
    INFO(value);
    const std::pair<std::string, std::string> bodies[] = {
        {users("/login"), login_with(value, R"("x")")},
        {users("/login"), login_with(R"("x")", value)},
        {users("/register"), R"({"email":)" + value + R"(,"username":"abc","password":"securepassword123"})"},
        {users("/register"), R"({"email":"a@example.org","username":)" + value + R"(,"password":"long enough"})"},
        {users("/register"), R"({"email":"a@example.org","username":"abc","password":)" + value + "}"},
        {users("/refresh"), R"({"refresh_token":)" + value + "}"},
        {users("/logout"), R"({"refresh_token":)" + value + "}"},
        {users("/request-password-reset"), R"({"email":)" + value + "}"},
        {users("/reset-password"), R"({"code":)" + value + R"(,"new_password":"securepassword123"})"},
        {users("/reset-password"), R"({"code":"abc","new_password":)" + value + "}"},
        {users("/reset-password"), R"({"code":"abc","new_password":"securepassword123","email":)" + value + "}"},
    };
    for (const auto& [path, body] : bodies) {
      auto response = house.post(path, body);
      INFO(path << ' ' << body);
      CHECK(response.status == 400);
      CHECK(code_of(response) == "field_type");
      CHECK(!text_of(response, "field").empty());
    }
  }
}

TEST_CASE("missing fields are named") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  const std::array<std::string, 3> rows[] = {
      {users("/register"), R"({"username":"abc","password":"x"})", "email"},
      {users("/register"), R"({"email":"a@example.org","password":"x"})", "username"},
      {users("/register"), R"({"email":"a@example.org","username":"abc"})", "password"},
      {users("/login"), R"({"password":"x"})", "username_or_email"},
      {users("/login"), R"({"username_or_email":"x","Password":"x"})", "password"},
      {users("/refresh"), "{}", "refresh_token"},
      {users("/refresh"), "", "refresh_token"},
      {users("/change-password"), R"({"new_password":"x"})", "current_password"},
      {users("/change-password"), R"({"current_password":"x"})", "new_password"},
      {users("/request-password-reset"), "{}", "email"},
      {users("/reset-password"), R"({"new_password":"x"})", "code"},
      {users("/reset-password"), R"({"code":"x"})", "new_password"},
  };
  for (const auto& [path, body, field] : rows) {
    auto response = house.post(path, body, {bearer(token)});
    INFO(path << ' ' << body);
    CHECK(response.status == 400);
    CHECK(code_of(response) == "field_required");
    CHECK(text_of(response, "field") == field);
  }
}

TEST_CASE("P4 a NUL in a field is refused everywhere") {
  House house;
  const std::array<std::string, 3> rows[] = {
      {users("/login"), login_with(R"("testuser")", R"("secure\u0000password")"), "password"},
      {users("/login"), login_with(R"("test\u0000user")", R"("securepassword123")"), "username_or_email"},
      {users("/register"), R"({"email":"a@example.org\u0000","username":"abc","password":"long enough"})", "email"},
      {users("/reset-password"), R"({"code":"\u0000","new_password":"securepassword123"})", "code"},
      {users("/refresh"), R"({"refresh_token":"\u0000"})", "refresh_token"},
  };
  for (const auto& [path, body, field] : rows) {
    auto response = house.post(path, body);
    CHECK(response.status == 400);
    CHECK(code_of(response) == "field_text");
    CHECK(text_of(response, "field") == field);
  }
}

TEST_CASE("advisory 63 members that nobody asked for have no effect") {
  House house;
  auto made = house.post(users("/register"), registration_with(R"(,"id":77,"is_active":false,"role":"admin",)"
                                                               R"("email_verified":true,"hashed_password":"x",)"
                                                               R"("created_at":"1999-01-01T00:00:00Z")"));
  CHECK(made.status == 201);
  CHECK(made.body.find(R"("id":1,)") != std::string::npos);
  CHECK(made.body.find(R"("is_active":true,"created_at":"2026-)") != std::string::npos);
  auto token = house.login("somebody").access;
  auto updated = house.send(
      request_of("PUT", users("/me"), R"({"id":77,"is_active":false,"password":"another one"})", {bearer(token)}));
  CHECK(updated.status == 200);
  CHECK(updated.body == house.get(users("/me"), {bearer(token)}).body);
  house.login("somebody");
}

TEST_CASE("advisory 82 identity comes from the token alone") {
  House house;
  house.register_user("victim");
  house.register_user("attacker");
  for (std::string claim : {R"("userId":1)", R"("user_id":1)", R"("sub":"1")", R"("id":1)", R"("account":1)"}) {
    auto body = "{" + claim + R"(,"username":"stolen"})";
    CHECK(house.send(request_of("PUT", users("/me"), body)).status == 401);
  }
  auto token = house.login("attacker").access;
  auto mine = house.send(request_of("PUT", users("/me"), R"({"user_id":1,"sub":"1","username":"mallory"})",
                                    {bearer(token), {"X-User-Id", "1"}}));
  CHECK(mine.body.find(R"("id":2,)") != std::string::npos);
  house.login("victim");
}

TEST_CASE("advisory 50 one address is one address") {
  House house;
  for (std::string address :
       {"a@example.org,b@example.org", "a@example.org;b@example.org", "a@example.org b@example.org",
        R"(a@example.org\nb@example.org)", R"(a@example.org\r\nBcc: b@example.org)", "<a@example.org>",
        "A <a@example.org>", R"(\"a b\"@example.org)", "a@b@example.org"}) {
    auto body = R"({"email":")" + address + R"("})";
    INFO(body);
    CHECK(code_of(house.post(users("/request-password-reset"), body)) == "email_invalid");
  }
}

TEST_CASE("bodies need application json in UTF-8") {
  House house;
  house.register_user("testuser");
  const std::pair<std::string, int> rows[] = {{"application/json", 200},
                                              {"Application/JSON", 200},
                                              {"application/json; charset=utf-8", 200},
                                              {"application/json;charset=\"UTF-8\"", 200},
                                              {"application/json; foo=bar", 200},
                                              {"application/json; charset=utf-7", 415},
                                              {"application/json; charset=utf-16", 415},
                                              {"application/json; foo=bar; charset=latin1", 415},
                                              {"application/json; charset", 415},
                                              {"application/problem+json", 415},
                                              {"application/jsonp", 415},
                                              {"text/plain", 415},
                                              {"application/x-www-form-urlencoded", 415},
                                              {"multipart/form-data; boundary=x", 415},
                                              {"", 415}};
  auto body = login_with(R"("testuser")", R"("securepassword123")");
  for (const auto& [type, status] : rows) {
    INFO(type);
    CHECK(house.post(users("/login"), body, {{"Content-Type", type}}).status == status);
  }
  CHECK(house.post(users("/login"), body, {{"Content-Type", "application/json"}, {"content-type", "text/plain"}})
            .status == 415);
  CHECK(
      house.post(users("/login"), body, {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}).status ==
      415);
  CHECK(house.post(users("/login"), "").status == 415);
}

TEST_CASE("a body of the limit is read and one more byte is not") {
  Setup setup;
  setup.rest.max_body = 1024;
  House house(std::move(setup));
  auto body = login_with(R"("nobody")", R"("x")");
  body.append(1024 - body.size(), ' ');
  CHECK(house.post(users("/login"), body).status == 401);
  auto refused = house.post(users("/login"), body + ' ');
  CHECK(refused.status == 413);
  CHECK(code_of(refused) == "body_too_large");
}

TEST_CASE("a body on GET is ignored") {
  House house;
  house.register_user("testuser");
  auto token = house.login("testuser").access;
  auto response =
      house.send(request_of("GET", users("/me"), "{nonsense", {bearer(token), {"Content-Type", "text/plain"}}));
  CHECK(response.status == 200);
}

}  // namespace
}  // namespace watchword::test
