#include "base/base64url.hpp"

#include <array>

namespace watchword::base64url {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kForeign = 0x80;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = kForeign;
  for (std::uint8_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(kAlphabet[i])] = i;
  return values;
}
constexpr auto kValues = make_values();

std::uint8_t value_of(char c) noexcept { return kValues[static_cast<unsigned char>(c)]; }

}  // namespace

void encode(ByteView bytes, char* out) noexcept {
  const std::uint8_t* in = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 3; left -= 3, in += 3, out += 4) {
    out[0] = kAlphabet[in[0] >> 2];
    out[1] = kAlphabet[(in[0] & 3) << 4 | in[1] >> 4];
    out[2] = kAlphabet[(in[1] & 15) << 2 | in[2] >> 6];
    out[3] = kAlphabet[in[2] & 63];
  }
  if (left == 0) return;
  out[0] = kAlphabet[in[0] >> 2];
  if (left == 1) {
    out[1] = kAlphabet[(in[0] & 3) << 4];
    return;
  }
  out[1] = kAlphabet[(in[0] & 3) << 4 | in[1] >> 4];
  out[2] = kAlphabet[(in[1] & 15) << 2];
}

std::string encode(ByteView bytes) {
  std::string out(encoded_size(bytes.size()), '\0');
  encode(bytes, out.data());
  return out;
}

bool decode(std::string_view text, std::uint8_t* out) noexcept {
  if (text.size() % 4 == 1) return false;
  const char* in = text.data();
  std::size_t left = text.size();
  std::uint8_t foreign = 0;
  for (; left >= 4; left -= 4, in += 4, out += 3) {
    std::uint8_t a = value_of(in[0]), b = value_of(in[1]), c = value_of(in[2]), d = value_of(in[3]);
    foreign |= a | b | c | d;
    out[0] = static_cast<std::uint8_t>(a << 2 | b >> 4);
    out[1] = static_cast<std::uint8_t>(b << 4 | c >> 2);
    out[2] = static_cast<std::uint8_t>(c << 6 | d);
  }
  if (left > 0) {
    std::uint8_t a = value_of(in[0]), b = value_of(in[1]), c = left == 3 ? value_of(in[2]) : 0;
    foreign |= a | b | c;
    std::uint8_t surplus = left == 3 ? c & 3 : b & 15;
    if (surplus != 0) return false;
    out[0] = static_cast<std::uint8_t>(a << 2 | b >> 4);
    if (left == 3) out[1] = static_cast<std::uint8_t>(b << 4 | c >> 2);
  }
  return (foreign & kForeign) == 0;
}

}  // namespace watchword::base64url
