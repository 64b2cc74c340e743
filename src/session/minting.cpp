#include "session/minting.hpp"

#include <utility>

#include "text/text.hpp"

namespace watchword::session {

Result<std::vector<ExtraClaim>> host_claims(const SessionIssuer::Parts& parts, UserId user,
                                            SessionId session) noexcept {
  if (parts.extra_claims == nullptr) return std::vector<ExtraClaim>{};
  return parts.extra_claims->claims_for(user, session);
}

Result<AccessToken> mint_access_token(const SessionIssuer::Parts& parts, const Session& session,
                                      std::vector<ExtraClaim> extra, Timestamp now) {
  AccessClaims claims;
  claims.user = session.user;
  claims.session = session.id;
  claims.epoch = session.epoch;
  claims.assurance = session.assurance;
  claims.not_after = session.expires_at;
  claims.extra = std::move(extra);
  return parts.tokens.issue(claims, now);
}

std::string storable(std::string_view text, std::size_t size) {
  if (text.size() > size) {
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
    text = text.substr(0, size);
  }
  std::string out(text);
  bool utf8 = text::count_code_points(text).has_value();
  for (char& c : out) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !utf8)) c = '?';
  }
  return out;
}

}  // namespace watchword::session
