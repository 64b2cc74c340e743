#include <algorithm>
#include <new>
#include <vector>

#include <utf8proc.h>

#include <watchword/base/secret.hpp>

#include "text/text.hpp"

namespace watchword::text {
namespace {

const utf8proc_uint8_t* bytes_of(std::string_view utf8) noexcept {
  return reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
}

/// Code points that may be a password's, so they are wiped.
class CodePoints final {
 public:
  explicit CodePoints(std::size_t size) : points_(size) {}
  CodePoints(const CodePoints&) = delete;
  CodePoints& operator=(const CodePoints&) = delete;
  ~CodePoints() { secure_zero(points_.data(), points_.size() * sizeof(utf8proc_int32_t)); }
  utf8proc_int32_t* begin() noexcept { return points_.data(); }
  utf8proc_ssize_t size() const noexcept { return static_cast<utf8proc_ssize_t>(points_.size()); }

 private:
  std::vector<utf8proc_int32_t> points_;
};

utf8proc_ssize_t decompose(std::string_view utf8, utf8proc_int32_t* out, utf8proc_ssize_t room,
                           utf8proc_option_t options) {
  auto size = utf8proc_decompose(bytes_of(utf8), static_cast<utf8proc_ssize_t>(utf8.size()), out, room, options);
  if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  return size;
}

std::string encode(utf8proc_int32_t* points, std::size_t count) {
  utf8proc_uint8_t unit[4];
  std::size_t size = 0;
  for (std::size_t i = 0; i < count; ++i) size += static_cast<std::size_t>(utf8proc_encode_char(points[i], unit));
  std::string out;
  // At once and never inside the object, so that neither growth nor a move leaves a copy behind.
  out.reserve(std::max<std::size_t>(size, 64));
  for (std::size_t i = 0; i < count; ++i) {
    auto units = utf8proc_encode_char(points[i], unit);
    out.append(reinterpret_cast<const char*>(unit), static_cast<std::size_t>(units));
  }
  secure_zero(unit, sizeof unit);
  return out;
}

std::optional<std::string> mapped(std::string_view utf8, int flags) {
  auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | flags);
  auto size = decompose(utf8, nullptr, 0, options);
  if (size < 0) return std::nullopt;
  CodePoints points(static_cast<std::size_t>(size));
  decompose(utf8, points.begin(), points.size(), options);
  auto count = utf8proc_normalize_utf32(points.begin(), points.size(), options);
  return encode(points.begin(), static_cast<std::size_t>(count));
}

void wipe(std::optional<std::string>& text) noexcept {
  if (text) secure_zero(text->data(), text->size());
}

/// Unicode 3.13 D145 and D146: decomposed first, so that canonically equal texts fold alike.
std::optional<std::string> folded(std::string_view utf8, int flags) {
  auto text = mapped(utf8, UTF8PROC_DECOMPOSE);
  // A few characters fold to others that decompose or fold again; all settle within three rounds.
  for (int round = 0; text && round < 8; ++round) {
    auto again = mapped(*text, UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | flags);
    bool settled = again == text;
    wipe(text);
    text = std::move(again);
    if (settled) break;
  }
  return text;
}

}  // namespace

std::optional<std::size_t> count_code_points(std::string_view utf8) noexcept {
  const utf8proc_uint8_t* at = bytes_of(utf8);
  auto left = static_cast<utf8proc_ssize_t>(utf8.size());
  std::size_t count = 0;
  for (; left > 0; ++count) {
    utf8proc_int32_t point = 0;
    auto units = utf8proc_iterate(at, left, &point);
    if (units <= 0) return std::nullopt;
    at += units;
    left -= units;
  }
  return count;
}

std::optional<std::string> nfc(std::string_view utf8) { return mapped(utf8, UTF8PROC_COMPOSE); }

std::optional<std::string> nfkc_casefold(std::string_view utf8) { return folded(utf8, UTF8PROC_COMPAT); }

std::optional<std::string> nfc_casefold(std::string_view utf8) { return folded(utf8, 0); }

bool has_compatibility_form(std::string_view utf8) {
  auto plain = mapped(utf8, UTF8PROC_COMPOSE);
  return !plain || plain != mapped(utf8, UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
}

}  // namespace watchword::text
