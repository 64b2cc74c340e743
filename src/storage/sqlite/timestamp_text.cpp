#include "storage/sqlite/timestamp_text.hpp"

#include <algorithm>
#include <chrono>

namespace watchword::sqlite {
namespace {

constexpr std::int64_t kMicrosecondsPerDay = 86400000000;
constexpr std::int64_t kFirst = -62167219200000000;  // 0000-01-01 00:00:00
constexpr std::int64_t kLast = 253402300799999999;   // 9999-12-31 23:59:59.999999

char* write_digits(char* out, std::int64_t n, int width) noexcept {
  for (int i = width - 1; i >= 0; --i, n /= 10) out[i] = static_cast<char>('0' + n % 10);
  return out + width;
}

class Reader final {
 public:
  explicit Reader(std::string_view text) noexcept : text_(text) {}
  bool ended() const noexcept { return text_.empty(); }
  bool skip(char c) noexcept {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool digit(int& out) noexcept {
    if (text_.empty() || text_.front() < '0' || text_.front() > '9') return false;
    out = text_.front() - '0';
    text_.remove_prefix(1);
    return true;
  }
  bool number(int width, int& out) noexcept {
    out = 0;
    for (int d = 0; width > 0; --width) {
      if (!digit(d)) return false;
      out = out * 10 + d;
    }
    return true;
  }

 private:
  std::string_view text_;
};

bool read_date(Reader& in, std::int64_t& days) noexcept {
  int year = 0, month = 0, day = 0;
  if (!in.number(4, year) || !in.skip('-') || !in.number(2, month) || !in.skip('-') || !in.number(2, day)) return false;
  std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                   std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return false;
  days = std::chrono::sys_days(date).time_since_epoch().count();
  return true;
}

bool read_fraction(Reader& in, std::int64_t& microseconds) noexcept {
  int digits = 0;
  for (int d = 0; digits < 9 && in.digit(d); ++digits) {
    if (digits < 6) microseconds = microseconds * 10 + d;
  }
  for (int i = digits; i < 6; ++i) microseconds *= 10;
  return digits > 0;
}

bool read_time(Reader& in, std::int64_t& microseconds) noexcept {
  int hour = 0, minute = 0, second = 0;
  if (!in.number(2, hour) || !in.skip(':') || !in.number(2, minute) || !in.skip(':') || !in.number(2, second)) {
    return false;
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  std::int64_t fraction = 0;
  if (in.skip('.') && !read_fraction(in, fraction)) return false;
  microseconds = ((hour * 60 + minute) * std::int64_t{60} + second) * 1000000 + fraction;
  return true;
}

}  // namespace

TimestampText format_timestamp(Timestamp t) noexcept {
  std::int64_t us = std::clamp(t.microseconds(), kFirst, kLast);
  std::int64_t in_day = us % kMicrosecondsPerDay;
  if (in_day < 0) in_day += kMicrosecondsPerDay;
  std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>((us - in_day) / kMicrosecondsPerDay)))};
  TimestampText text;
  char* out = write_digits(text.characters.data(), static_cast<int>(date.year()), 4);
  *out++ = '-';
  out = write_digits(out, static_cast<unsigned>(date.month()), 2);
  *out++ = '-';
  out = write_digits(out, static_cast<unsigned>(date.day()), 2);
  std::int64_t seconds = in_day / 1000000;
  const std::int64_t parts[] = {seconds / 3600, seconds / 60 % 60, seconds % 60};
  for (int i = 0; i < 3; ++i) {
    *out++ = i == 0 ? ' ' : ':';
    out = write_digits(out, parts[i], 2);
  }
  if (in_day % 1000000 != 0) {
    *out++ = '.';
    out = write_digits(out, in_day % 1000000, 6);
  }
  text.size = static_cast<std::size_t>(out - text.characters.data());
  return text;
}

bool parse_timestamp(std::string_view text, Timestamp& out) noexcept {
  Reader in(text);
  std::int64_t days = 0, microseconds = 0;
  if (!read_date(in, days)) return false;
  if (!in.ended()) {
    if (!in.skip(' ') && !in.skip('T')) return false;
    if (!read_time(in, microseconds)) return false;
    in.skip('Z');
  }
  if (!in.ended()) return false;
  out = Timestamp::from_microseconds(days * kMicrosecondsPerDay + microseconds);
  return true;
}

Timestamp timestamp_of_integer(std::int64_t n) noexcept {
  constexpr std::int64_t kSecondsEnd = 100000000000;          // the year 5138
  constexpr std::int64_t kMillisecondsEnd = 100000000000000;  // likewise
  if (n > -kSecondsEnd && n < kSecondsEnd) return Timestamp::from_seconds(n);
  if (n > -kMillisecondsEnd && n < kMillisecondsEnd) return Timestamp::from_milliseconds(n);
  return Timestamp::from_microseconds(n);
}

}  // namespace watchword::sqlite
