#include <cstdio>
#include <cstdlib>

#include <watchword/watchword.hpp>

template <class T>
T must(watchword::Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s %s\n", result.error().message().data(), std::string(result.error().reason()).c_str());
  std::exit(1);
}

int main() {
  watchword::Options options;
  options.database_url = "sqlite:///:memory:";
  const std::string key = "an example's key; make your own of 32 random bytes";
  options.secret_key = must(watchword::Secret::copy_of(key));
  auto opened = must(watchword::open(std::move(options)));
  watchword::AuthService& auth = opened->auth();
  const watchword::RequestContext context{"127.0.0.1", "quickstart", "", ""};

  auto password = [] { return must(watchword::Password::copy_of("securepassword123")); };
  auto account = must(auth.register_account(context, {"user@example.com", "testuser", password()}));
  std::printf("registered %s as number %lld\n", account.username.c_str(), static_cast<long long>(account.id.value()));

  auto outcome = must(auth.login(context, {"testuser", password()}));
  auto* tokens = outcome.tokens();  // null if a further factor is asked for
  if (!tokens) return 1;
  std::printf("signed in; the access token is %zu bytes long\n", tokens->access.value.size());

  auto fresh = must(auth.refresh(context, tokens->refresh.reveal()));
  auto principal = must(opened->guard().check(fresh.access.value));
  std::printf("the token is user %lld's\n", static_cast<long long>(principal.user().value()));

  if (!auth.logout(context, principal)) return 1;
  std::printf("signed out; the token is %s\n", opened->guard().check(fresh.access.value) ? "good" : "refused");
}
