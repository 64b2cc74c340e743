#include "http/openapi.hpp"

namespace watchword::http {
namespace {

constexpr std::string_view kSchemas = R"json({
"Account":{"type":"object","required":["id","email","username","is_active","created_at","updated_at"],"properties":{
  "id":{"type":"integer","minimum":1},
  "email":{"type":"string"},
  "username":{"type":"string"},
  "is_active":{"type":"boolean"},
  "created_at":{"type":["string","null"],"format":"date-time"},
  "updated_at":{"type":["string","null"],"format":"date-time"}}},
"Registration":{"type":"object","required":["email","username","password"],"properties":{
  "email":{"type":"string"},
  "username":{"type":"string"},
  "password":{"type":"string","writeOnly":true}}},
"ProfileUpdate":{"type":"object","properties":{
  "email":{"type":"string"},
  "username":{"type":"string"}}},
"LoginRequest":{"type":"object","required":["username_or_email","password"],"properties":{
  "username_or_email":{"type":"string"},
  "password":{"type":"string","writeOnly":true}}},
"TokenPair":{"type":"object","required":["access_token","refresh_token","token_type","expires_in"],"properties":{
  "access_token":{"type":"string","minLength":1},
  "refresh_token":{"type":"string","minLength":1},
  "token_type":{"type":"string","enum":["bearer"]},
  "expires_in":{"type":"integer","minimum":0}}},
"CookieSession":{"type":"object","required":["token_type","expires_in"],"properties":{
  "token_type":{"type":"string","enum":["cookie"]},
  "expires_in":{"type":"integer","minimum":0}}},
"Challenge":{"type":"object","required":["pending_token","factors"],"properties":{
  "pending_token":{"type":"string","minLength":1},
  "factors":{"type":"array","items":{"type":"string"}}}},
"LoginReply":{"oneOf":[
  {"$ref":"#/components/schemas/TokenPair"},
  {"$ref":"#/components/schemas/CookieSession"},
  {"$ref":"#/components/schemas/Challenge"}]},
"RefreshRequest":{"type":"object","properties":{
  "refresh_token":{"type":"string","writeOnly":true}}},
"RefreshReply":{"oneOf":[
  {"$ref":"#/components/schemas/TokenPair"},
  {"$ref":"#/components/schemas/CookieSession"}]},
"PasswordChange":{"type":"object","required":["current_password","new_password"],"properties":{
  "current_password":{"type":"string","writeOnly":true},
  "new_password":{"type":"string","writeOnly":true}}},
"PasswordResetRequest":{"type":"object","required":["email"],"properties":{
  "email":{"type":"string"}}},
"PasswordReset":{"type":"object","required":["code","new_password"],"properties":{
  "code":{"type":"string","writeOnly":true},
  "new_password":{"type":"string","writeOnly":true},
  "email":{"type":"string"}}},
"Message":{"type":"object","required":["message"],"properties":{
  "message":{"type":"string","minLength":1}}},
"Session":{"type":"object","required":["id","current","created_at","last_used_at","expires_at"],"properties":{
  "id":{"type":"string","pattern":"^[0-9a-f]{32}$"},
  "current":{"type":"boolean"},
  "created_at":{"type":"string","format":"date-time"},
  "last_used_at":{"type":"string","format":"date-time"},
  "expires_at":{"type":"string","format":"date-time"},
  "client_address":{"type":["string","null"]},
  "user_agent":{"type":["string","null"]},
  "device":{"type":["string","null"]}}},
"Sessions":{"type":"object","required":["sessions"],"properties":{
  "sessions":{"type":"array","items":{"$ref":"#/components/schemas/Session"}}}},
"Status":{"type":"object","required":["status"],"properties":{
  "status":{"type":"string","enum":["ok","ready"]}}},
"OpenApi":{"type":"object","required":["openapi","info","paths"]},
"Problem":{"type":"object","required":["type","title","status","detail","code","request_id"],"properties":{
  "type":{"type":"string"},
  "title":{"type":"string","minLength":1},
  "status":{"type":"integer","minimum":400,"maximum":599},
  "detail":{"type":"string","minLength":1},
  "code":{"type":"string","pattern":"^[a-z0-9_]+$"},
  "field":{"type":"string","minLength":1},
  "request_id":{"type":"string","minLength":1}}}
})json";

}  // namespace

std::string_view component_schemas() noexcept { return kSchemas; }

}  // namespace watchword::http
