#include "key_settings.hpp"

#include <watchword/storage/database_url.hpp>
#include <watchword/token/key_set.hpp>
#include <watchword/token/token_verifier.hpp>

#include "files.hpp"
#include "variables.hpp"

namespace example {
namespace {

using watchword::DatabaseUrl;
using watchword::KeySet;
using watchword::Result;
using watchword::Secret;

constexpr const char* kRootKey = "WATCHWORD_ROOT_KEY";

Result<void> read_secret(const std::string& text, Secret& into) {
  auto secret = Secret::copy_of(text);
  if (!secret) return secret.error();
  into = *std::move(secret);
  return {};
}

Result<void> read_secret_keys(watchword::Options& options) {
  auto current = telling_variable("SECRET_KEY");
  if (!current) return current.error();
  if (auto previous = variable("SECRET_KEY_PREVIOUS")) {
    auto read = read_secret(*previous, options.secret_key_previous);
    if (!read) return read;
  }
  if (!*current) return {};
  auto read = read_secret(**current, options.secret_key);
  if (!read) return read;
  auto keys = KeySet::from_secret(options.secret_key, options.secret_key_previous);
  if (keys) return {};
  bool previous = keys.error().reason() == "SECRET_KEY_PREVIOUS";
  return refused(previous ? "SECRET_KEY_PREVIOUS" : "SECRET_KEY", keys.error());
}

bool is_root_id(std::string_view id) {
  return !id.empty() && id.size() <= 16 &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string_view::npos;
}

bool is_same(const Secret& one, const Secret& other) {
  return watchword::equal_constant_time(one.reveal(), other.reveal());
}

/// "id:key" or only the key.
Result<watchword::RootKey> read_root_key(const std::string& part, const watchword::Options& options) {
  std::size_t colon = part.find(':');
  watchword::RootKey root;
  root.id = colon == std::string::npos ? "1" : part.substr(0, colon);
  auto key = Secret::copy_of(std::string_view(part).substr(colon == std::string::npos ? 0 : colon + 1));
  if (!key) return key.error();
  if (!is_root_id(root.id)) return refused(kRootKey, "each key's id is 1 to 16 of a-z and 0-9 (id:key,id:key)");
  if (key->size() < 32) return refused(kRootKey, "each key needs at least 32 characters (id:key,id:key)");
  if (is_same(*key, options.secret_key) || is_same(*key, options.secret_key_previous)) {
    return refused(kRootKey, "use another key than SECRET_KEY, so that who holds one does not hold both");
  }
  root.key = *std::move(key);
  return root;
}

/// Several by commas; the first derives.
Result<void> read_root_keys(watchword::Options& options) {
  auto text = telling_variable(kRootKey);
  if (!text) return text.error();
  if (!*text) return {};
  for (const auto& part : split(**text, ',')) {
    auto root = read_root_key(part, options);
    if (!root) return root.error();
    for (const auto& other : options.root_keys) {
      if (other.id == root->id) return refused(kRootKey, "give each key an id of its own (id:key,id:key)");
    }
    options.root_keys.push_back(*std::move(root));
  }
  if (options.root_keys.empty()) return refused(kRootKey, "there is no key in it");
  return {};
}

Result<void> read_keys_file(watchword::Options& options) {
  auto path = telling_variable("WATCHWORD_KEYS_FILE");
  if (!path) return path.error();
  if (!*path) return {};
  auto text = read_named_file("WATCHWORD_KEYS_FILE", **path, Privacy::owner);
  if (!text) return text.error();
  auto keys = KeySet::from_jwks(*text);
  if (!keys) return refused("WATCHWORD_KEYS_FILE=" + **path, keys.error());
  options.keys_json = *std::move(text);
  return {};
}

Result<void> check_token_policy(const watchword::Options& options) {
  auto some_key = Secret::copy_of(std::string_view("a key that signs nothing and only has the size of one"));
  if (!some_key) return some_key.error();
  auto keys = KeySet::from_secret(*some_key, Secret());
  if (!keys) return keys.error();
  auto fits = watchword::TokenVerifier::create(*keys, options.tokens);
  if (!fits) return refused("ISSUER, AUDIENCE", fits.error());
  return {};
}

/// Without SECRET_KEY one is kept beside an SQLite database. Where there are other keys for all it would do, none is.
Result<void> choose_secret_file(Settings& settings) {
  const auto& options = settings.options;
  if (!options.secret_key.empty() || (!options.keys_json.empty() && !options.root_keys.empty())) return {};
  auto url = watchword::parse_database_url(options.database_url);
  if (!url) return refused("DATABASE_URL", url.error());
  if (url->engine != DatabaseUrl::Engine::sqlite) {
    return refused("SECRET_KEY", "set it to 32 or more random characters, for instance from: openssl rand -hex 32");
  }
  settings.secret_path = url->target == ":memory:" ? "watchword.secret" : url->target + ".secret";
  return {};
}

}  // namespace

Result<void> read_keys(Settings& settings) {
  for (auto read : {read_secret_keys, read_root_keys, read_keys_file}) {
    auto done = read(settings.options);
    if (!done) return done;
  }
  if (auto fits = check_token_policy(settings.options); !fits) return fits;
  return choose_secret_file(settings);
}

}  // namespace example
