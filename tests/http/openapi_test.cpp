#include <set>

#include "http/house.hpp"

namespace watchword::test {
namespace {

TEST_CASE("openapi.json is the document of openapi()") {
  House house;
  auto response = house.get("/openapi.json");
  CHECK(response.status == 200);
  CHECK(response.body == house.api->openapi());
  CHECK(response.header("Content-Type") == "application/json");
}

TEST_CASE("the document describes every operation once") {
  House house;
  OpenApiCheck check(house.api->openapi());
  const auto& document = check.document();
  CHECK(document.find("openapi")->text() == "3.1.0");
  std::set<std::string> operations;
  std::set<std::string> names;
  for (const auto& [path, item] : document.find("paths")->members()) {
    for (const auto& [method, operation] : item.members()) {
      operations.insert(method + ' ' + path);
      CHECK(names.insert(std::string(*operation.find("operationId")->text())).second);
      CHECK(!operation.find("summary")->text()->empty());
      CHECK(operation.find("responses")->members().size() >= 1);
    }
  }
  CHECK(operations ==
        std::set<std::string>{"get /api/v1/users/me", "put /api/v1/users/me", "post /api/v1/users/register",
                              "post /api/v1/users/login", "post /api/v1/users/refresh", "post /api/v1/users/logout",
                              "post /api/v1/users/logout-all", "post /api/v1/users/change-password",
                              "post /api/v1/users/request-password-reset", "post /api/v1/users/reset-password",
                              "get /sessions", "delete /sessions/{id}", "get /healthz", "get /readyz",
                              "get /openapi.json"});
}

void collect_references(const json::Value& value, std::set<std::string>& found) {
  for (const auto& [name, held] : value.members()) {
    if (name == "$ref") found.insert(std::string(held.text().value_or("?")));
    collect_references(held, found);
  }
  for (const auto& element : value.elements()) collect_references(element, found);
}

TEST_CASE("each schema is referred to and each reference is resolved") {
  House house;
  OpenApiCheck check(house.api->openapi());
  std::set<std::string> referred;
  collect_references(check.document(), referred);
  std::set<std::string> defined;
  for (const auto& [name, schema] : check.document().find("components")->find("schemas")->members()) {
    defined.insert("#/components/schemas/" + name);
    CHECK(schema.is_object());
  }
  CHECK(referred == defined);
}

TEST_CASE("security names only schemes that are defined") {
  for (bool cookies : {true, false}) {
    Setup setup;
    setup.rest.cookies = cookies;
    House house(std::move(setup));
    OpenApiCheck check(house.api->openapi());
    const auto* schemes = check.document().find("components")->find("securitySchemes");
    CHECK(schemes->members().size() == (cookies ? 3U : 1U));
    for (const auto& [path, item] : check.document().find("paths")->members()) {
      for (const auto& [method, operation] : item.members()) {
        for (const auto& choice : operation.find("security")->elements()) {
          for (const auto& [name, scopes] : choice.members()) CHECK(schemes->find(name) != nullptr);
        }
      }
    }
  }
}

TEST_CASE("the check complains about what does not fit") {
  House house;
  OpenApiCheck check(house.api->openapi());
  CHECK(check.value_complaint("Message", R"({"message":"x"})") == "");
  CHECK(check.value_complaint("LoginReply", R"({"token_type":"cookie","expires_in":1})") == "");
  CHECK(check.value_complaint("LoginReply", R"({"pending_token":"wwp_x","factors":["totp"]})") == "");
  const std::pair<const char*, const char*> misfits[] = {
      {"Message", R"({})"},
      {"Message", R"({"message":5})"},
      {"Message", R"({"message":""})"},
      {"Message", R"({"message":"x","more":1})"},
      {"Message", R"([])"},
      {"CookieSession", R"({"token_type":"bearer","expires_in":1})"},
      {"CookieSession", R"({"token_type":"cookie","expires_in":-1})"},
      {"CookieSession", R"({"token_type":"cookie","expires_in":"1"})"},
      {"LoginReply", R"({"access_token":"x"})"},
      {"Account", R"({"id":1,"email":"a","username":"b","is_active":true,"created_at":"yesterday","updated_at":null})"},
      {"Account", R"({"id":1,"email":"a","username":"b","is_active":1,"created_at":null,"updated_at":null})"},
      {"Sessions", R"({"sessions":[{}]})"},
      {"Sessions", R"({"sessions":{}})"},
  };
  for (const auto& [schema, value] : misfits) {
    INFO(schema << ' ' << value);
    CHECK(check.value_complaint(schema, value) != "");
  }
  CHECK(check.complaint(request_of("GET", "/healthz"), {418, {}, ""}) != "");
  CHECK(check.complaint(request_of("PATCH", "/healthz"), {200, {}, ""}) != "");
  CHECK(check.complaint(request_of("GET", "/healthz"), {200, {{"Content-Type", "text/plain"}}, "ok"}) != "");
  CHECK(check.complaint(request_of("HEAD", "/healthz"), {200, {}, "ok"}) != "");
}

}  // namespace
}  // namespace watchword::test
