#include <random>

#include "session/support.hpp"

using namespace watchword;
using namespace watchword::session;
using namespace watchword::test;

namespace {

enum class Answer { fresh, repeated, refused, stolen };

/// What rotation promises, said as plainly as can be: every token ever given out, by its number.
class Model final {
 public:
  struct Token {
    RefreshState state = RefreshState::live;
    bool successor_presented = false;
    std::size_t successor = 0;
    std::size_t predecessor = 0;
    Timestamp changed;
    Timestamp expires;
  };

  explicit Model(Timestamp now) : ends_(now + Lifetime::days(90)) { give(0, now); }

  Answer present(std::size_t number, Timestamp now) {
    Token token = tokens_[number];
    if (!alive_ || now >= token.expires) return Answer::refused;
    bool recent = now < token.changed + Lifetime::seconds(30);
    if (token.state == RefreshState::superseded || token.successor_presented) {
      if (recent) return Answer::refused;
      alive_ = false;
      return Answer::stolen;
    }
    if (token.state == RefreshState::spent && recent) return Answer::repeated;
    if (token.state == RefreshState::spent) {
      tokens_[token.successor].state = RefreshState::superseded;
      tokens_[token.successor].changed = now;
    } else if (number != 0) {
      tokens_[token.predecessor].successor_presented = true;
    }
    tokens_[number].state = RefreshState::spent;
    tokens_[number].changed = now;
    tokens_[number].successor = tokens_.size();
    give(number, now);
    return Answer::fresh;
  }
  std::size_t successor_of(std::size_t number) const { return tokens_[number].successor; }
  std::size_t size() const { return tokens_.size(); }
  bool alive() const { return alive_; }
  bool alive_at(Timestamp now) const { return alive_ && now < ends_; }
  void end() { alive_ = false; }

 private:
  void give(std::size_t predecessor, Timestamp now) {
    Token token;
    token.predecessor = predecessor;
    token.changed = now;
    token.expires = (std::min)(now + Lifetime::days(7), ends_);
    tokens_.push_back(token);
  }
  std::vector<Token> tokens_;
  Timestamp ends_;
  bool alive_ = true;
};

/// Presents tokens at random, mostly recent ones, and compares each answer with the model's.
class Walk final {
 public:
  Walk(World& world, UserId user, std::mt19937& random) : world_(world), user_(user), random_(random) {
    auto pair = world.login(user);
    session_ = pair.session;
    texts_.push_back(text_of(pair.refresh));
  }

  void step() {
    pass_time();
    if (pick(200) == 0) return end();
    std::size_t back = pick(4) == 0 ? pick(model_.size()) : pick((std::min)(model_.size(), std::size_t{3}));
    std::size_t number = model_.size() - 1 - back;
    std::size_t thefts = world_.audit.recorded("session.theft");
    Answer expected = model_.present(number, world_.clock.now());
    auto got = world_.refresh(OpaqueToken::parse(kRefreshPrefix, texts_[number]).value());
    bool granted = expected == Answer::fresh || expected == Answer::repeated;
    REQUIRE(got.has_value() == granted);
    if (expected == Answer::repeated) REQUIRE(text_of(got->refresh) == texts_[model_.successor_of(number)]);
    if (expected == Answer::fresh) remember(text_of(got->refresh));
    REQUIRE(world_.audit.recorded("session.theft") - thefts == (expected == Answer::stolen ? 1 : 0));
    ++counts[static_cast<std::size_t>(expected)];
  }
  bool alive() const { return model_.alive() && texts_.size() < 60; }
  void check_end() {
    auto found = world_.sessions->find(session_, world_.clock.now()).value();
    REQUIRE(found.has_value() == model_.alive_at(world_.clock.now()));
  }

  std::array<int, 4> counts{};

 private:
  std::size_t pick(std::size_t n) { return random_() % n; }
  void pass_time() {
    constexpr std::int64_t kSteps[] = {0,        0,        1,         1000000,   5000000,      14999999,
                                       15000000, 29999999, 30000000,  30000001,  3600000000,   86400000000,
                                       0,        10,       400000000, 100000000, 604799999999, 2000000};
    world_.clock.advance(Lifetime::microseconds(kSteps[pick(std::size(kSteps))]));
  }
  void remember(std::string text) {
    REQUIRE(std::find(texts_.begin(), texts_.end(), text) == texts_.end());
    texts_.push_back(std::move(text));
  }
  void end() {
    bool ended = world_.service->end(world_.context, user_, session_).has_value();
    if (model_.alive() == model_.alive_at(world_.clock.now())) REQUIRE(ended == model_.alive());
    model_.end();
  }

  World& world_;
  UserId user_;
  std::mt19937& random_;
  Model model_{world_.clock.now()};
  SessionId session_;
  std::vector<std::string> texts_;
};

}  // namespace

TEST_CASE("rotation does what its model does over thousands of random steps", "[model]") {
  WorldOptions options;
  options.policy.rotations_per_hour = 3600;
  World world(std::move(options));
  auto user = world.add_user();
  std::mt19937 random(20260101);
  std::array<int, 4> counts{};
  for (int steps = 0; steps < 4000;) {
    Walk walk(world, user, random);
    for (int after_end = 0; after_end < 3 && steps < 4000; ++steps) {
      walk.step();
      if (!walk.alive()) ++after_end;
    }
    walk.check_end();
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += walk.counts[i];
  }
  for (int count : counts) CHECK(count > 50);
}
