#include <chrono>
#include <cstdio>

#include <watchword/mail/mailer.hpp>

#include "base/contained.hpp"
#include "base/wipe.hpp"
#include "mail/header_text.hpp"
#include "text/text.hpp"

namespace watchword::mail {
namespace {

constexpr std::size_t kMostText = 256 * 1024;
constexpr std::size_t kMostField = 998;

Error invalid(std::string_view which) noexcept {
  return Error(Errc::invalid_input, "mail_invalid", "This mail cannot be written.").with_reason(which);
}

bool is_field_text(std::string_view text) noexcept {
  return text.size() <= kMostField && !text::has_control(text) && !text::has_odd_space(text);
}

struct Sender {
  std::string field;
  std::string domain;
};

/// "address" or "Name <address>".
std::optional<Sender> parse_sender(std::string_view from) {
  std::string_view name;
  std::string_view address = from;
  std::size_t open = from.find('<');
  if (open != std::string_view::npos) {
    if (from.back() != '>') return std::nullopt;
    name = from.substr(0, open);
    address = from.substr(open + 1, from.size() - open - 2);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  }
  auto spec = header_address(address);
  if (!spec || !is_field_text(name) || name.find_first_of("\"\\<>@,;:()[]") != std::string_view::npos) {
    return std::nullopt;
  }
  std::string domain = spec->substr(spec->rfind('@') + 1);
  if (name.empty()) return Sender{*spec, domain};
  auto shown = header_text(name);
  if (shown == name) shown = '"' + shown + '"';
  return Sender{shown + " <" + *spec + ">", domain};
}

bool is_id_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

/// `id`, or `id@domain` of the sender where it has no domain of its own.
std::optional<std::string> message_id(const std::string& id, const std::string& domain) {
  bool has_domain = false;
  if (id.empty() || id.size() > 200 || id.front() == '@' || id.back() == '@') return std::nullopt;
  for (char c : id) {
    if (c == '@' ? has_domain : !is_id_character(c)) return std::nullopt;
    has_domain = has_domain || c == '@';
  }
  return has_domain ? id : id + "@" + domain;
}

/// RFC 5322 section 3.3, in UTC.
std::optional<std::string> date_text(Timestamp date) {
  using namespace std::chrono;
  constexpr const char* weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::int64_t year_10000 = 253402300800;
  if (date.seconds() < 0 || date.seconds() >= year_10000) return std::nullopt;
  const auto time = sys_seconds(seconds(date.seconds()));
  const auto day = floor<days>(time);
  const year_month_day ymd(day);
  const hh_mm_ss clock(time - day);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d +0000", weekdays[weekday(day).c_encoding()],
                static_cast<unsigned>(ymd.day()), months[static_cast<unsigned>(ymd.month()) - 1],
                static_cast<int>(ymd.year()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return std::string(text);
}

Result<std::string> render_checked(const Message& message, const std::string& from) {
  auto sender = parse_sender(from);
  if (!sender) return invalid("from");
  auto to = header_address(message.to);
  if (!to) return invalid("to");
  auto id = message_id(message.message_id, sender->domain);
  if (!id) return invalid("message_id");
  auto date = date_text(message.date);
  if (!date) return invalid("date");
  if (!is_field_text(message.subject)) return invalid("subject");
  if (message.text.size() > kMostText || !text::count_code_points(message.text)) return invalid("text");
  std::string mail = "From: " + sender->field + "\r\nTo: " + *to + "\r\nSubject: " + header_text(message.subject) +
                     "\r\nDate: " + *date + "\r\nMessage-ID: <" + *id +
                     ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
  std::string body = quoted_printable(message.text);
  mail.reserve(mail.size() + body.size());
  mail += body;
  wipe(body);
  return mail;
}

}  // namespace

Result<std::string> render(const Message& message, const std::string& from) noexcept {
  return contained([&] { return render_checked(message, from); });
}

}  // namespace watchword::mail
