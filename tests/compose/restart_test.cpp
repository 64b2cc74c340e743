#include <sys/wait.h>
#include <unistd.h>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

constexpr const char* kOldKey = "a test's key of more than 32 bytes, please";
constexpr const char* kNewKey = "quite another key, of more than 32 bytes too";

/// One file that is opened again and again, with whatever options.
struct House {
  std::unique_ptr<Watchword> open(Options options = {}) {
    options.database_url = "sqlite:///" + (dir / "users.db").string();
    if (options.secret_key.empty()) options.secret_key = secret(kOldKey);
    options.hashing = Argon2Policy{8, 1, true};
    options.clock = &clock;
    return watchword::open(std::move(options)).value();
  }
  static session::TokenPair login(Watchword& product) {
    return std::move(*product.auth().login(nowhere(), {"mike", password(kPassword)}).value().tokens());
  }
  void add(Watchword& product) {
    product.auth().register_account(nowhere(), {"mike@example.com", "mike", password(kPassword)}).value();
  }

  TempDir dir;
  FakeClock clock;
  Mailbox mailbox;
};

std::string refusal(Watchword& product, const session::TokenPair& tokens) {
  auto checked = product.guard().check(tokens.access.value);
  return checked ? "" : std::string(checked.error().code());
}

}  // namespace

TEST_CASE("S4 a token of a longer-lived policy stays revoked after restarts under a shorter one") {
  House house;
  Options longer;
  longer.tokens.access_lifetime = Lifetime::hours(24);
  auto product = house.open(std::move(longer));
  house.add(*product);
  auto tokens = House::login(*product);
  Options shorter;
  shorter.tokens.access_lifetime = Lifetime::minutes(5);
  product.reset();
  product = house.open(std::move(shorter));
  REQUIRE(product->auth().logout(nowhere(), product->guard().check(tokens.access.value).value()));
  CHECK(refusal(*product, tokens) == "token_revoked");
  product.reset();
  house.clock.advance(Lifetime::hours(23));
  product = house.open();
  CHECK(product->purge());
  CHECK(refusal(*product, tokens) == "token_revoked");
}

TEST_CASE("4.31 a reset mail that waits over a change of keys carries a code that works") {
  House house;
  auto product = house.open();
  house.add(*product);
  REQUIRE(product->auth().request_password_reset(nowhere(), "mike@example.com"));
  product.reset();
  Options rotated;
  rotated.secret_key = secret(kNewKey);
  rotated.secret_key_previous = secret(kOldKey);
  rotated.mailer = &house.mailbox;
  product = house.open(std::move(rotated));
  REQUIRE(product->flush_mail());
  REQUIRE(house.mailbox.messages().size() == 1);
  const std::string code = code_in(house.mailbox.messages().front());
  CHECK(product->auth().reset_password(nowhere(), {code, password(kNewPassword), std::nullopt}));
}

TEST_CASE("4.34 a running process learns that its database was put back under it") {
  House house;
  Options options;
  options.feed = {Lifetime::milliseconds(10), Lifetime::seconds(60)};
  auto running = house.open(std::move(options));
  house.add(*running);
  auto tokens = House::login(*running);
  for (int i = 0; i < 3; ++i) {
    auto other = House::login(*running);
    REQUIRE(running->auth().logout(nowhere(), other.refresh.reveal()));
  }
  usleep(100000);
  // As sqlite3's .restore of a backup from before those three does.
  const sql::Statement counter("UPDATE watchword_revocation_counter SET last_sequence = 0");
  const sql::Statement revocations("DELETE FROM watchword_revocations");
  auto admin = house.open();
  REQUIRE(admin->database().run([&](Transaction& transaction) -> Result<void> {
    auto reset = transaction.executor()->execute(counter, {});
    auto cleared = reset ? transaction.executor()->execute(revocations, {}) : reset;
    return cleared ? Result<void>() : cleared.error();
  }));
  REQUIRE(admin->restored(nowhere()));
  for (int tries = 0; tries < 500 && refusal(*running, tokens).empty(); ++tries) usleep(10000);
  CHECK(refusal(*running, tokens) == "token_revoked");
}

TEST_CASE("a child process gets an answer from everything and can let go of what it inherited") {
  House house;
  Options options;
  options.mailer = &house.mailbox;
  auto product = house.open(std::move(options));
  house.add(*product);
  auto tokens = House::login(*product);
  auto principal = product->guard().check(tokens.access.value).value();
  pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::alarm(20);
    auto& auth = product->auth();
    bool refused = !auth.login(nowhere(), {"mike", password(kPassword)}) && !auth.profile(principal) &&
                   !auth.register_account(nowhere(), {"a@example.com", "aaa", password(kPassword)}) &&
                   !auth.refresh(nowhere(), tokens.refresh.reveal()) && !auth.logout(nowhere(), principal) &&
                   !auth.request_password_reset(nowhere(), "mike@example.com") && !product->flush_mail() &&
                   !product->purge() && !product->ready() && !product->restored(nowhere());
    int answers = 0;
    auth.login(nowhere(), {"mike", password(kPassword)},
               [&](const Result<session::LoginOutcome>& outcome) { answers += outcome ? 0 : 1; });
    product.reset();
    ::_exit(refused && answers == 1 ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(refusal(*product, tokens).empty());
}
