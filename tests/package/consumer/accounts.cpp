#include <utility>

#include <watchword/base/secret.hpp>
#include <watchword/http/rest_api.hpp>
#include <watchword/watchword.hpp>

namespace ww = watchword;

int main() {
  auto secret = ww::Secret::copy_of(std::string_view("a secret of this consumer's own, long enough"));
  if (!secret) return 1;
  ww::Options options;
  options.database_url = "sqlite:///:memory:";
  options.secret_key = *std::move(secret);
  options.hashing = {8, 1, true};
  auto watchword = ww::open(std::move(options));
  if (!watchword) return 2;
  auto password = ww::Password::copy_of("correct horse battery staple");
  if (!password) return 3;
  auto account = (*watchword)->auth().register_account({}, {"ann@example.org", "ann", *std::move(password)});
  if (!account || account->username != "ann") return 4;
  auto api = ww::http::RestApi::create(**watchword);
  if (!api) return 5;
  ww::http::Request request;
  request.method = "GET";
  request.target = "/healthz";
  return (*api)->handle(std::move(request)).status == 200 ? 0 : 6;
}
