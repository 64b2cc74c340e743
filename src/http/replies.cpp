#include "http/replies.hpp"

#include <cstdio>

#include "json/json.hpp"

namespace watchword::http {
namespace {

struct Date {
  long long year;
  int month;
  int day;
};

/// Proleptic Gregorian date of a day counted from 1970-01-01, by counting in eras of 400 years from 1 March.
Date date_of(std::int64_t days) noexcept {
  days += 719468;
  std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  auto day_of_era = static_cast<int>(days - era * 146097);
  int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int month_from_march = (5 * day_of_year + 2) / 153;
  int day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {era * 400 + year_of_era + (month <= 2 ? 1 : 0), month, day};
}

void write_moment(json::Writer& out, std::string_view name, const std::optional<Timestamp>& moment) {
  out.name(name);
  if (moment) {
    out.text(iso8601(*moment));
  } else {
    out.null();
  }
}

void write_text(json::Writer& out, std::string_view name, const std::string& text) {
  out.name(name);
  if (text.empty()) {
    out.null();
  } else {
    out.text(text);
  }
}

void write_session(json::Writer& out, const session::Session& session, bool current) {
  out.begin_object().name("id").text(session.id.text()).name("current").boolean(current);
  write_moment(out, "created_at", session.created_at);
  write_moment(out, "last_used_at", session.last_used_at);
  write_moment(out, "expires_at", session.expires_at);
  write_text(out, "client_address", session.client_address);
  write_text(out, "user_agent", session.user_agent);
  write_text(out, "device", session.device);
  out.end_object();
}

}  // namespace

std::string iso8601(Timestamp moment) {
  std::int64_t seconds = moment.seconds();
  std::int64_t micros = moment.microseconds() - seconds * 1000000;
  std::int64_t days = seconds / 86400 - (seconds % 86400 < 0 ? 1 : 0);
  auto of_day = static_cast<int>(seconds - days * 86400);
  auto [year, month, day] = date_of(days);
  char text[64];
  int size = std::snprintf(text, sizeof text, "%04lld-%02d-%02dT%02d:%02d:%02d", year, month, day, of_day / 3600,
                           of_day / 60 % 60, of_day % 60);
  std::string out(text, static_cast<std::size_t>(size));
  if (micros != 0) {
    size = std::snprintf(text, sizeof text, ".%06d", static_cast<int>(micros));
    out.append(text, static_cast<std::size_t>(size));
  }
  return out + "Z";
}

Response json_reply(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

Response account_reply(int status, const account::Account& account) {
  json::Writer out;
  out.begin_object().name("id").integer(account.id.value()).name("email").text(account.email);
  out.name("username").text(account.username).name("is_active").boolean(account.is_active);
  write_moment(out, "created_at", account.created_at);
  write_moment(out, "updated_at", account.updated_at);
  out.end_object();
  return json_reply(status, out.take());
}

Response message_reply(std::string_view message) {
  json::Writer out;
  out.begin_object().name("message").text(message).end_object();
  return json_reply(200, out.take());
}

Response token_reply(const session::TokenPair& pair) {
  json::Writer out;
  out.begin_object().name("access_token").text(pair.access.value).name("refresh_token").text(pair.refresh.reveal());
  out.name("token_type").text("bearer").name("expires_in").integer(pair.access.lifetime.seconds()).end_object();
  return json_reply(200, out.take());
}

Response cookie_reply(const session::TokenPair& pair) {
  json::Writer out;
  out.begin_object().name("token_type").text("cookie").name("expires_in").integer(pair.access.lifetime.seconds());
  out.end_object();
  return json_reply(200, out.take());
}

Response challenge_reply(const session::Challenge& challenge) {
  json::Writer out;
  out.begin_object().name("pending_token").text(challenge.pending.reveal()).name("factors").begin_array();
  for (const auto& factor : challenge.factors) out.text(factor);
  out.end_array().end_object();
  return json_reply(200, out.take());
}

Response sessions_reply(const std::vector<session::Session>& sessions, SessionId current) {
  json::Writer out;
  out.begin_object().name("sessions").begin_array();
  for (const auto& session : sessions) write_session(out, session, session.id == current);
  out.end_array().end_object();
  return json_reply(200, out.take());
}

}  // namespace watchword::http
