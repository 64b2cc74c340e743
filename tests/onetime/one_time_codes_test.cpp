#include <set>

#include <watchword/onetime/sql_stores.hpp>
#include <watchword/storage/sqlite.hpp>

#include "crypto/digest.hpp"
#include "onetime/base32.hpp"
#include "storage/sql_store.hpp"
#include "support/catch.hpp"
#include "support/fake_clock.hpp"
#include "support/seeded_rng.hpp"

using namespace watchword;
using namespace watchword::test;
using onetime::Consumption;
using onetime::OneTimeCodes;
using onetime::Purpose;

namespace {

constexpr Purpose kReset = Purpose::password_reset;
constexpr auto kOther = static_cast<Purpose>(200);

std::vector<Secret> keys(const std::string& fills) {
  std::vector<Secret> made;
  for (char fill : fills) made.push_back(Secret::copy_of(std::string_view(std::string(32, fill))).value());
  return made;
}

struct Codes {
  Codes() {
    sqlite::Options options;
    options.path = ":memory:";
    database = sqlite::open(options).value();
    std::vector<sql::FeatureSchema> features;
    features.push_back(onetime::schema({}));
    sql::migrate(*database, {}, features, sql::MigrationMode::automatic).value();
    store = onetime::make_sql_code_store(*database, {});
    codes = OneTimeCodes::create(*store, rng, keys("k")).value();
  }
  std::optional<RecordId> issue(Purpose purpose, std::int64_t user) {
    std::optional<RecordId> id;
    auto done = database->run([&](Transaction& transaction) -> Result<void> {
      auto issued = codes->issue(transaction, {purpose, UserId(user), "binding"}, clock.now());
      if (!issued) return issued.error();
      id = *issued;
      return {};
    });
    REQUIRE(done);
    return id;
  }
  std::string code(Purpose purpose, std::int64_t user) { return revealed(purpose, issue(purpose, user).value()); }
  /// The code of a record, or why it is not told.
  std::string revealed(Purpose purpose, const RecordId& id) {
    auto text = codes->reveal(purpose, id, clock.now());
    return std::string(text ? text->reveal().text() : text.error().code());
  }
  /// As after a restart with other keys.
  void rotate(const std::string& fills) { codes = OneTimeCodes::create(*store, rng, keys(fills)).value(); }
  onetime::CodeStore::Consumed consume(Purpose purpose, std::string_view text) {
    onetime::CodeStore::Consumed consumed;
    auto done = database->run([&](Transaction& transaction) -> Result<void> {
      auto result = codes->consume(transaction, purpose, text, clock.now());
      if (!result) return result.error();
      consumed = *result;
      return {};
    });
    REQUIRE(done);
    return consumed;
  }

  FakeClock clock;
  SeededRng rng;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<onetime::CodeStore> store;
  std::unique_ptr<OneTimeCodes> codes;
};

std::string encoded(const onetime::CodeBytes& bytes) {
  std::string text(onetime::kCodeSize, ' ');
  onetime::encode_code(bytes, reinterpret_cast<std::uint8_t*>(text.data()));
  return text;
}

}  // namespace

TEST_CASE("base32 writes what RFC 4648 writes") {
  onetime::CodeBytes bytes{};
  CHECK(encoded(bytes) == std::string(26, 'A'));
  bytes.fill(0xFF);
  CHECK(encoded(bytes) == std::string(25, '7') + "4");
  const char text[] = "foobarfoobarfoob";
  std::copy_n(text, bytes.size(), bytes.begin());
  CHECK(encoded(bytes) == "MZXW6YTBOJTG633CMFZGM33PMI");
}

TEST_CASE("base32 reads one spelling in either case and no other") {
  onetime::CodeBytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(17 * i + 3);
  const std::string text = encoded(bytes);
  CHECK(onetime::decode_code(text) == bytes);
  std::string lower = text;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  CHECK(onetime::decode_code(lower) == bytes);
  CHECK_FALSE(onetime::decode_code(text.substr(1)));
  CHECK_FALSE(onetime::decode_code(text + "="));
  for (char wrong : {'0', '1', '8', '9', '=', ' ', '-', '@', '[', '`', '{'}) {
    CHECK_FALSE(onetime::decode_code(wrong + text.substr(1)));
  }
  const std::string zeros(25, 'A');
  CHECK(onetime::decode_code(zeros + "A"));
  CHECK(onetime::decode_code(zeros + "E"));
  for (char last : {'B', 'C', 'D', 'F', '7'}) CHECK_FALSE(onetime::decode_code(zeros + last));
}

TEST_CASE("a code is consumed once by its purpose") {
  Codes codes;
  auto text = codes.code(kReset, 7);
  CHECK(codes.consume(kOther, text).outcome == Consumption::unknown);
  CHECK(codes.codes->find(kReset, text, codes.clock.now()).value() == UserId(7));
  CHECK_FALSE(codes.codes->find(kOther, text, codes.clock.now()).value());
  auto consumed = codes.consume(kReset, text);
  CHECK(consumed.outcome == Consumption::consumed);
  CHECK(consumed.user == UserId(7));
  CHECK(consumed.binding == "binding");
  CHECK(codes.consume(kReset, text).outcome == Consumption::already_used);
  CHECK_FALSE(codes.codes->find(kReset, text, codes.clock.now()).value());
}

TEST_CASE("62 key purpose and record enter the code") {
  std::set<std::string> texts;
  for (const char* fill : {"k", "j"}) {
    // The same source of randomness anew: the same records.
    Codes codes;
    codes.rotate(fill);
    texts.insert(codes.code(kReset, 7));
    texts.insert(codes.code(kReset, 8));
  }
  Codes codes;
  texts.insert(codes.code(kOther, 7));
  CHECK(texts.size() == 5);
}

TEST_CASE("4.31 a code that was issued before a change of keys is told by the key that derived it") {
  Codes codes;
  auto id = codes.issue(kReset, 7).value();
  const std::string before = codes.revealed(kReset, id);
  codes.rotate("jk");
  CHECK(codes.revealed(kReset, id) == before);
  CHECK(codes.revealed(kReset, codes.issue(kReset, 8).value()).size() == onetime::kCodeSize);
  codes.rotate("j");
  CHECK(codes.revealed(kReset, id) == "code_not_open");
  codes.rotate("kj");
  CHECK(codes.consume(kReset, before).outcome == Consumption::consumed);
}

TEST_CASE("a code that is no good any more is not told") {
  Codes codes;
  auto id = codes.issue(kReset, 7).value();
  CHECK(codes.revealed(kOther, id) == "code_not_open");
  CHECK(codes.revealed(kReset, RecordId()) == "code_not_open");
  codes.clock.advance(Lifetime::minutes(30));
  CHECK(codes.revealed(kReset, id) == "code_not_open");
  auto next = codes.issue(kReset, 7).value();
  CHECK(codes.consume(kReset, codes.revealed(kReset, next)).outcome == Consumption::consumed);
  CHECK(codes.revealed(kReset, next) == "code_not_open");
  CHECK(codes.codes->reveal(kReset, next, codes.clock.now()).error().kind() == Errc::unavailable);
}

TEST_CASE("a code is derived as it always was") {
  Codes codes;
  RecordId::Bytes id{};
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::uint8_t>(i);
  // HMAC-SHA-256 of 01 00 01 .. 0f under 32 times "k", its first 16 bytes.
  const std::string expected = "4ROFBBTXXIXILM2DS4HHAQUYWA";
  onetime::StoredCode stored;
  stored.id = RecordId(id);
  stored.user = UserId(7);
  stored.digest = TokenDigest(crypto::sha256(sql::view_of(onetime::decode_code(expected).value())));
  stored.expires_at = codes.clock.now() + Lifetime::minutes(30);
  CHECK(codes.database->run([&](Transaction& transaction) -> Result<void> {
    auto put = codes.store->replace(transaction, stored, Lifetime());
    return put ? Result<void>() : put.error();
  }));
  CHECK(codes.revealed(kReset, stored.id) == expected);
}

TEST_CASE("the table of codes holds no code") {
  Codes codes;
  auto text = codes.code(kReset, 7);
  auto bytes = onetime::decode_code(text).value();
  const sql::Statement all("SELECT id, digest FROM watchword_codes");
  int rows = 0;
  CHECK(codes.database->read([&](sql::Executor& executor) -> Result<void> {
    auto read = executor.query(all, {}, [&](const sql::Row& row) -> Result<void> {
      ++rows;
      for (int column : {0, 1}) {
        std::string stored(row.blob(column).text());
        CHECK(stored.find(std::string(bytes.begin(), bytes.end())) == std::string::npos);
      }
      return {};
    });
    if (!read) return read.error();
    return {};
  }));
  CHECK(rows == 1);
}

TEST_CASE("a key under 32 bytes is refused") {
  Codes codes;
  auto list = keys("k");
  list.push_back(Secret::copy_of(std::string_view(std::string(31, 'k'))).value());
  CHECK(OneTimeCodes::create(*codes.store, codes.rng, list).error().code() == "onetime_key");
  CHECK(OneTimeCodes::create(*codes.store, codes.rng, {}).error().kind() == Errc::misconfigured);
}
