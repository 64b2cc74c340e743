#include "token/raw_claims.hpp"

namespace watchword {
namespace {

RawTexts* texts_of(RawClaims& claims, Claim claim) noexcept {
  return claim == Claim::aud ? &claims.aud : claim == Claim::amr ? &claims.amr : nullptr;
}

class FlatScanner final {
 public:
  FlatScanner(std::string_view text, RawClaims& claims) noexcept
      : at_(text.data()), end_(text.data() + text.size()), claims_(claims) {}

  bool scan() noexcept {
    if (!skip('{')) return false;
    do {
      if (!member()) return false;
    } while (skip(','));
    return skip('}') && at_ == end_;
  }

 private:
  bool skip(char c) noexcept {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool member() noexcept {
    std::string_view name;
    if (!string(name) || !skip(':')) return false;
    RawClaim value;
    auto claim = claim_named(name);
    if (!claim) return other_names_.is_new(name) && this->value(value, nullptr);
    auto& slot = claims_[*claim];
    if (slot.kind != RawClaim::Kind::absent || !this->value(value, texts_of(claims_, *claim))) return false;
    slot = value;
    return true;
  }

  bool value(RawClaim& out, RawTexts* texts) noexcept {
    if (at_ == end_) return false;
    if (*at_ == '"') {
      out.kind = RawClaim::Kind::text;
      return string(out.text);
    }
    out.kind = *at_ == '[' ? RawClaim::Kind::texts : RawClaim::Kind::integer;
    return *at_ == '[' ? array(texts) : integer(out.integer);
  }

  bool string(std::string_view& out) noexcept {
    if (!skip('"')) return false;
    const char* start = at_;
    while (at_ != end_ && *at_ != '"') {
      if (*at_ < 0x20 || *at_ > 0x7e || *at_ == '\\') return false;
      ++at_;
    }
    out = {start, static_cast<std::size_t>(at_ - start)};
    return skip('"');
  }

  bool integer(std::int64_t& out) noexcept {
    constexpr std::ptrdiff_t most_digits = 18;
    const char* start = at_;
    out = 0;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9' && at_ - start < most_digits) out = out * 10 + (*at_++ - '0');
    std::ptrdiff_t digits = at_ - start;
    return digits > 0 && (digits == 1 || *start != '0');
  }

  bool array(RawTexts* texts) noexcept {
    if (!skip('[')) return false;
    if (skip(']')) return true;
    do {
      std::string_view item;
      if (!string(item) || (texts && !texts->add(item))) return false;
    } while (skip(','));
    return skip(']');
  }

  /// Names of the host's own claims; more than 16 are left to the general reader.
  struct Names {
    bool is_new(std::string_view name) noexcept {
      for (std::size_t i = 0; i < seen.size; ++i) {
        if (seen.items[i] == name) return false;
      }
      return seen.add(name);
    }
    RawTexts seen;
  };

  const char* at_;
  const char* end_;
  RawClaims& claims_;
  Names other_names_;
};

RawClaim::Kind kind_of_array(const json::Value& value, RawTexts* texts) noexcept {
  for (const auto& element : value.elements()) {
    auto text = element.text();
    if (!text || (texts && !texts->add(*text))) return RawClaim::Kind::other;
  }
  return RawClaim::Kind::texts;
}

}  // namespace

std::optional<Claim> claim_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kClaimNames.size(); ++i) {
    if (kClaimNames[i] == name) return static_cast<Claim>(i);
  }
  return std::nullopt;
}

bool scan_flat_claims(std::string_view payload, RawClaims& claims) noexcept {
  return FlatScanner(payload, claims).scan();
}

void read_claims(const json::Value& payload, RawClaims& claims) noexcept {
  for (const auto& [name, value] : payload.members()) {
    auto claim = claim_named(name);
    if (!claim) continue;
    auto& slot = claims[*claim];
    if (auto text = value.text()) {
      slot.kind = RawClaim::Kind::text;
      slot.text = *text;
    } else if (auto integer = value.integer()) {
      slot.kind = RawClaim::Kind::integer;
      slot.integer = *integer;
    } else {
      slot.kind = value.is_array() ? kind_of_array(value, texts_of(claims, *claim)) : RawClaim::Kind::other;
    }
  }
}

}  // namespace watchword
