#include "password/stored_hash.hpp"

#include "base/base64url.hpp"

namespace watchword::password {
namespace {

constexpr std::size_t kMostStored = 255;
constexpr std::uint32_t kMostMemoryKib = 256 * 1024;
constexpr std::uint32_t kMostPasses = 16;
constexpr std::uint32_t kMostLanes = 16;
constexpr std::uint64_t kMostWorkKib = 1024 * 1024;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

class Reader final {
 public:
  explicit Reader(std::string_view text) noexcept : left_(text) {}

  bool literal(std::string_view expected) noexcept {
    if (left_.substr(0, expected.size()) != expected) return false;
    left_.remove_prefix(expected.size());
    return true;
  }
  /// Decimal without leading zeros, at most 9 digits, so that it cannot overflow.
  bool number(std::uint32_t& value) noexcept {
    std::size_t digits = 0;
    value = 0;
    for (; digits < left_.size() && is_digit(left_[digits]); ++digits) {
      if (digits == 9) return false;
      value = value * 10 + static_cast<std::uint32_t>(left_[digits] - '0');
    }
    if (digits == 0 || (digits > 1 && left_[0] == '0')) return false;
    left_.remove_prefix(digits);
    return true;
  }
  std::string_view until(char end) noexcept {
    auto field = left_.substr(0, left_.find(end));
    left_.remove_prefix(field.size());
    return field;
  }

  bool at_end() const noexcept { return left_.empty(); }

 private:
  std::string_view left_;
};

/// PHC's base64: the standard alphabet without padding.
bool decode(std::string_view text, std::array<std::uint8_t, 64>& bytes, std::size_t& size) noexcept {
  std::array<char, 86> translated{};
  if (text.size() > translated.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-' || text[i] == '_') return false;
    translated[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
  }
  size = base64url::decoded_size(text.size());
  return base64url::decode({translated.data(), text.size()}, bytes.data());
}

void append_base64(std::string& out, ByteView bytes) {
  std::string text = base64url::encode(bytes);
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  out += text;
}

bool read_pepper_id(Reader& reader, std::string_view& id) noexcept {
  if (!reader.literal(",keyid=")) return true;
  id = reader.until('$');
  return is_pepper_id(id);
}

bool is_bcrypt_character(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '/';
}

}  // namespace

bool is_bounded(const crypto::Argon2Cost& cost) noexcept {
  return cost.passes >= 1 && cost.passes <= kMostPasses && cost.lanes >= 1 && cost.lanes <= kMostLanes &&
         cost.memory_kib >= 8 * cost.lanes && cost.memory_kib <= kMostMemoryKib &&
         std::uint64_t{cost.memory_kib} * cost.passes <= kMostWorkKib;
}

bool is_pepper_id(std::string_view id) noexcept {
  if (id.empty() || id.size() > 16) return false;
  for (char c : id) {
    if (!is_digit(c) && !(c >= 'a' && c <= 'z')) return false;
  }
  return true;
}

std::optional<Argon2Hash> parse_argon2(std::string_view stored) noexcept {
  Argon2Hash hash;
  Reader reader(stored.size() <= kMostStored ? stored : std::string_view());
  bool head = reader.literal("$argon2id$v=19$m=") && reader.number(hash.cost.memory_kib) && reader.literal(",t=") &&
              reader.number(hash.cost.passes) && reader.literal(",p=") && reader.number(hash.cost.lanes);
  if (!head || !read_pepper_id(reader, hash.pepper_id) || !is_bounded(hash.cost)) return std::nullopt;
  bool body = reader.literal("$") && decode(reader.until('$'), hash.salt_bytes, hash.salt_size) &&
              reader.literal("$") && decode(reader.until('$'), hash.tag_bytes, hash.tag_size) && reader.at_end();
  if (!body || hash.salt_size < 8 || hash.tag_size < 16) return std::nullopt;
  return hash;
}

std::string format_argon2(const Argon2Hash& hash) {
  std::string out = "$argon2id$v=19$m=" + std::to_string(hash.cost.memory_kib);
  out += ",t=" + std::to_string(hash.cost.passes);
  out += ",p=" + std::to_string(hash.cost.lanes);
  if (!hash.pepper_id.empty()) out.append(",keyid=").append(hash.pepper_id);
  out += '$';
  append_base64(out, hash.salt());
  out += '$';
  append_base64(out, hash.tag());
  return out;
}

bool is_bcrypt(std::string_view stored) noexcept {
  if (stored.size() != 60) return false;
  std::string_view head = stored.substr(0, 4);
  if (head != "$2a$" && head != "$2b$" && head != "$2y$") return false;
  std::string_view cost = stored.substr(4, 2);
  if (cost < "04" || cost > "16" || !is_digit(cost[0]) || !is_digit(cost[1]) || stored[6] != '$') return false;
  for (char c : stored.substr(7)) {
    if (!is_bcrypt_character(c)) return false;
  }
  return true;
}

}  // namespace watchword::password
