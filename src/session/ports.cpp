#include <watchword/session/refresh_token_store.hpp>
#include <watchword/session/revocation.hpp>
#include <watchword/session/session_policy.hpp>
#include <watchword/session/session_store.hpp>

namespace watchword::session {

SessionStore::~SessionStore() = default;
RefreshTokenStore::~RefreshTokenStore() = default;
RevocationStore::~RevocationStore() = default;
ExtraClaims::~ExtraClaims() = default;

}  // namespace watchword::session
