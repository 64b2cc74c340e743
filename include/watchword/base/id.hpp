#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/rng.hpp>

namespace watchword {

/// A user's number in the `users` table: 1 or more, never used twice. 0 is no user.
class UserId final {
 public:
  constexpr UserId() noexcept = default;
  explicit constexpr UserId(std::int64_t value) noexcept : value_(value) {}
  constexpr std::int64_t value() const noexcept { return value_; }
  friend constexpr bool operator==(UserId a, UserId b) noexcept { return a.value_ == b.value_; }
  friend constexpr bool operator!=(UserId a, UserId b) noexcept { return a.value_ != b.value_; }
  friend constexpr bool operator<(UserId a, UserId b) noexcept { return a.value_ < b.value_; }

 private:
  std::int64_t value_ = 0;
};

/// 128 random bits that name a thing. Not a secret: knowing one authorises nothing.
template <class Tag>
class RandomId final {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  constexpr RandomId() noexcept = default;
  explicit constexpr RandomId(const Bytes& bytes) noexcept : bytes_(bytes) {}
  /// Draws a new one. Errors: those of the Rng.
  static Result<RandomId> generate(Rng& rng) noexcept {
    Bytes bytes{};
    auto filled = rng.fill(bytes.data(), bytes.size());
    if (!filled) return filled.error();
    return RandomId(bytes);
  }
  /// Reads the 32 lower-case hexadecimal digits that text() writes; nothing for any other string.
  static std::optional<RandomId> parse(std::string_view text) noexcept {
    Bytes bytes{};
    if (text.size() != 2 * bytes.size()) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
      char c = text[i];
      int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (digit < 0) return std::nullopt;
      bytes[i / 2] = static_cast<std::uint8_t>(bytes[i / 2] << 4 | digit);
    }
    return RandomId(bytes);
  }
  std::string text() const {
    std::string out(2 * bytes_.size(), '0');
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = "0123456789abcdef"[(bytes_[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15];
    }
    return out;
  }
  constexpr const Bytes& bytes() const noexcept { return bytes_; }

  friend bool operator==(const RandomId& a, const RandomId& b) noexcept { return a.bytes_ == b.bytes_; }
  friend bool operator!=(const RandomId& a, const RandomId& b) noexcept { return a.bytes_ != b.bytes_; }
  friend bool operator<(const RandomId& a, const RandomId& b) noexcept { return a.bytes_ < b.bytes_; }

 private:
  Bytes bytes_{};
};

/// Names a session: everything that descends from one login.
using SessionId = RandomId<struct SessionIdTag>;
/// Names one issued access token (the claim `jti`).
using TokenId = RandomId<struct TokenIdTag>;
/// Names one message, event or operation, so that it can be found again after an unknown outcome.
using RecordId = RandomId<struct RecordIdTag>;

}  // namespace watchword
