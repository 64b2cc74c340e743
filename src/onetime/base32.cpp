#include "onetime/base32.hpp"

namespace watchword::onetime {
namespace {

int digit(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a';
  if (c >= '2' && c <= '7') return c - '2' + 26;
  return -1;
}

}  // namespace

void encode_code(const CodeBytes& code, std::uint8_t* out) noexcept {
  unsigned bits = 0;
  int count = 0;
  for (std::uint8_t byte : code) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 5; count -= 5) {
      *out++ = static_cast<std::uint8_t>("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[bits >> (count - 5) & 31]);
    }
    bits &= 31;
  }
  *out = static_cast<std::uint8_t>("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[bits << (5 - count) & 31]);
}

std::optional<CodeBytes> decode_code(std::string_view text) noexcept {
  if (text.size() != kCodeSize) return std::nullopt;
  CodeBytes code{};
  std::size_t size = 0;
  unsigned bits = 0;
  int count = 0;
  for (char c : text) {
    int value = digit(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 5 | static_cast<unsigned>(value)) & 0xFFFU;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    code[size++] = static_cast<std::uint8_t>(bits >> count & 0xFFU);
  }
  if ((bits & 3U) != 0) return std::nullopt;
  return code;
}

}  // namespace watchword::onetime
