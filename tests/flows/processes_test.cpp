#include <chrono>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "flows/world.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

std::unique_ptr<Watchword> open_file(const std::string& path) {
  Options options;
  options.database_url = "sqlite:///" + path;
  options.secret_key = secret("a test's key of more than 32 bytes, please");
  options.hashing = Argon2Policy{8, 1, true};
  auto opened = watchword::open(std::move(options));
  return opened ? std::move(*opened) : nullptr;
}

/// Another process that has the same file open, and ends the session of each access token that is written to it.
class OtherProcess final {
 public:
  explicit OtherProcess(const std::string& path) {
    REQUIRE(::pipe(requests_) == 0);
    REQUIRE(::pipe(answers_) == 0);
    child_ = ::fork();
    if (child_ == 0) ::_exit(serve(path));
  }
  ~OtherProcess() {
    ::close(requests_[1]);
    ::waitpid(child_, nullptr, 0);
    ::close(requests_[0]);
    ::close(answers_[0]);
    ::close(answers_[1]);
  }
  bool wait_until_open() const { return read_answer(); }
  bool log_out(const std::string& token) const {
    std::string line = token + "\n";
    return ::write(requests_[1], line.data(), line.size()) == static_cast<ssize_t>(line.size()) && read_answer();
  }

 private:
  bool read_answer() const {
    char answer = 0;
    return ::read(answers_[0], &answer, 1) == 1 && answer == 'y';
  }
  int serve(const std::string& path) const {
    ::close(requests_[1]);
    auto product = open_file(path);
    bool done = product != nullptr;
    std::string token;
    for (char c = 0; ::write(answers_[1], done ? "y" : "n", 1) == 1; token.clear()) {
      while (::read(requests_[0], &c, 1) == 1 && c != '\n') token += c;
      if (token.empty()) return 0;
      auto who = product->guard().check(token);
      done = who && product->auth().logout(nowhere(), *who);
    }
    return 1;
  }
  int requests_[2];
  int answers_[2];
  pid_t child_ = 0;
};

bool refused_within(Watchword& product, const std::string& token, std::chrono::milliseconds limit) {
  auto end = std::chrono::steady_clock::now() + limit;
  while (product.guard().check(token)) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace

TEST_CASE("a logout in one process is one in the other within a second") {
  TempDir dir;
  const std::string path = (dir / "shared.db").string();
  OtherProcess other(path);
  REQUIRE(other.wait_until_open());
  auto product = open_file(path);
  REQUIRE(product);
  auto made = product->auth().register_account(nowhere(), {"mike@example.com", "mike", password(kPassword)});
  REQUIRE(made);
  auto outcome = product->auth().login(nowhere(), {"mike", password(kPassword)});
  REQUIRE(outcome);
  const auto tokens = std::move(*outcome->tokens());
  CHECK(product->guard().check(tokens.access.value));
  CHECK(other.log_out(tokens.access.value));
  CHECK(refused_within(*product, tokens.access.value, std::chrono::milliseconds(1000)));
  CHECK_FALSE(product->auth().refresh(nowhere(), tokens.refresh.reveal()));
}
