#include <set>

#include <watchword/onetime/sql_stores.hpp>
#include <watchword/storage/sqlite.hpp>

#include "onetime/base32.hpp"
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

Secret key(char fill) { return Secret::copy_of(std::string_view(std::string(32, fill))).value(); }

struct Codes {
  Codes() {
    sqlite::Options options;
    options.path = ":memory:";
    database = sqlite::open(options).value();
    std::vector<sql::FeatureSchema> features;
    features.push_back(onetime::schema({}));
    sql::migrate(*database, {}, features, sql::MigrationMode::automatic).value();
    store = onetime::make_sql_code_store(*database, {});
    codes = OneTimeCodes::create(*store, rng, key('k')).value();
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
  std::string code(Purpose purpose, std::int64_t user) {
    return std::string(codes->reveal(purpose, issue(purpose, user).value()).value().reveal().text());
  }
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
  Codes codes;
  auto id = codes.issue(kReset, 7).value();
  auto other_key = OneTimeCodes::create(*codes.store, codes.rng, key('j')).value();
  std::set<std::string> texts;
  texts.insert(std::string(codes.codes->reveal(kReset, id).value().reveal().text()));
  texts.insert(std::string(codes.codes->reveal(kOther, id).value().reveal().text()));
  texts.insert(std::string(codes.codes->reveal(kReset, RecordId()).value().reveal().text()));
  texts.insert(std::string(other_key->reveal(kReset, id).value().reveal().text()));
  CHECK(texts.size() == 4);
}

TEST_CASE("a code is derived as it always was") {
  Codes codes;
  RecordId::Bytes id{};
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::uint8_t>(i);
  // HMAC-SHA-256 of 01 00 01 .. 0f under 32 times "k", its first 16 bytes.
  CHECK(codes.codes->reveal(kReset, RecordId(id)).value().reveal().text() == "4ROFBBTXXIXILM2DS4HHAQUYWA");
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
  auto refused =
      OneTimeCodes::create(*codes.store, codes.rng, Secret::copy_of(std::string_view(std::string(31, 'k'))).value());
  CHECK(refused.error().code() == "onetime_key");
  CHECK(OneTimeCodes::create(*codes.store, codes.rng, Secret()).error().kind() == Errc::misconfigured);
}
