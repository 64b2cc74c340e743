#include "flows/world.hpp"

namespace watchword::test {
namespace {

Options options_of(const Setup& setup, World& world) {
  Options options;
  options.database = world.database.get();
  options.secret_key = secret("a test's key of more than 32 bytes, please");
  options.clock = &world.clock;
  options.rng = &world.rng;
  options.log = &world.log;
  options.audit = &world.trail;
  options.mailer = setup.mailer ? &world.mailbox : nullptr;
  options.hasher = world.hasher.get();
  options.hooks = setup.hooks;
  options.hash_pool.queue = setup.hash_queue;
  options.hash_pool.budget_mib = 8;
  options.hash_pool.threads = World::kHashThreads;
  options.hash_pool.hash_memory_kib = 64;
  options.sql_queue = setup.sql_queue;
  options.guard = setup.guard;
  // One product revokes in its own index at once; its polls would only stand among the statements traced.
  options.feed.interval = Lifetime::hours(1);
  options.feed.bound = Lifetime::hours(2);
  return options;
}

}  // namespace

World::World(const Setup& setup) {
  HashPoolOptions hashing;
  hashing.budget_mib = 8;
  hashing.hash_memory_kib = 64;
  pool = HashPool::create(hashing).value();
  argon2 = make_argon2_hasher(Argon2Policy{8, 1, true}, *pool, rng).value();
  hasher = std::make_unique<CountingHasher>(*argon2);
  sqlite::Options file;
  file.path = setup.path;
  real_database = sqlite::open(file).value();
  database = std::make_unique<TracingDatabase>(*real_database);
  product = watchword::open(options_of(setup, *this)).value();
}

void World::reopen(const Setup& setup) {
  product.reset();
  product = watchword::open(options_of(setup, *this)).value();
}

account::Account World::add(const std::string& name) {
  return auth().register_account(nowhere(), {name + "@example.com", name, password(kPassword)}).value();
}

Result<session::LoginOutcome> World::try_login(std::string_view name, std::string_view typed) {
  return auth().login(nowhere(), {std::string(name), password(typed)});
}

session::TokenPair World::login(std::string_view name, std::string_view typed) {
  return std::move(*try_login(name, typed).value().tokens());
}

session::Principal World::principal(const session::TokenPair& tokens) {
  return product->guard().check(tokens.access.value).value();
}

void World::elsewhere(const std::string& statement) {
  const sql::Statement prepared(statement);
  auto done = real_database->run([&](Transaction& transaction) -> Result<void> {
    auto changed = transaction.executor()->execute(prepared, {});
    if (!changed) return changed.error();
    return {};
  });
  REQUIRE(done);
}

std::string World::refusal(const session::TokenPair& tokens) {
  auto checked = product->guard().check(tokens.access.value);
  return checked ? "" : std::string(checked.error().code());
}

std::string World::refresh_refusal(const session::TokenPair& tokens) {
  auto refreshed = auth().refresh(nowhere(), tokens.refresh.reveal());
  return refreshed ? "" : std::string(refreshed.error().code());
}

std::string World::reset_code(const std::string& email) {
  auth().request_password_reset(nowhere(), email).value();
  product->flush_mail().value();
  auto messages = mailbox.messages();
  return messages.empty() ? "" : code_in(messages.back());
}

Result<void> World::reset(const std::string& code, std::string_view replacement) {
  return auth().reset_password(nowhere(), {code, password(replacement), std::nullopt});
}

std::string code_in(const mail::Message& message) {
  auto at = message.text.find("\n    ");
  return at == std::string::npos ? "" : message.text.substr(at + 5, 26);
}

}  // namespace watchword::test
