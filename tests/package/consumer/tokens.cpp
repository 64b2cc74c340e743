#include <string_view>

#include <watchword/base/rng.hpp>
#include <watchword/token/key_set.hpp>
#include <watchword/token/token_issuer.hpp>
#include <watchword/token/token_verifier.hpp>

namespace ww = watchword;

int main() {
  auto secret = ww::Secret::copy_of(std::string_view("a secret of this consumer's own, long enough"));
  if (!secret) return 1;
  auto keys = ww::KeySet::from_secret(*secret, ww::Secret());
  if (!keys) return 2;
  auto issuer = ww::make_jwt_issuer(*keys, ww::TokenPolicy(), ww::system_rng());
  auto verifier = ww::TokenVerifier::create(*keys, ww::TokenPolicy());
  if (!issuer || !verifier) return 3;
  ww::AccessClaims claims;
  claims.user = ww::UserId(7);
  auto now = ww::system_clock().now();
  auto token = (*issuer)->issue(claims, now);
  if (!token) return 4;
  auto verified = verifier->verify(token->value, now);
  return verified && verified->user() == claims.user ? 0 : 5;
}
