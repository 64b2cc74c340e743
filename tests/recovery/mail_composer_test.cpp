#include <watchword/onetime/sql_stores.hpp>
#include <watchword/recovery/mail_composer.hpp>
#include <watchword/storage/sqlite.hpp>

#include "support/catch.hpp"
#include "support/seeded_rng.hpp"

using namespace watchword;
using namespace watchword::test;

namespace {

struct Desk {
  Desk() {
    sqlite::Options options;
    options.path = ":memory:";
    database = sqlite::open(options).value();
    std::vector<sql::FeatureSchema> features;
    features.push_back(onetime::schema({}));
    sql::migrate(*database, {}, features, sql::MigrationMode::automatic).value();
    store = onetime::make_sql_code_store(*database, {});
    std::vector<Secret> keys;
    keys.push_back(Secret::copy_of(std::string_view(std::string(32, 'k'))).value());
    codes = onetime::OneTimeCodes::create(*store, rng, keys).value();
    composer = recovery::make_mail_composer(*codes).value();
  }
  mail::OutboxEntry entry(const std::string& kind) {
    std::optional<RecordId> code;
    auto issued = database->run([&](Transaction& transaction) -> Result<void> {
      auto made = codes->issue(
          transaction, {onetime::Purpose::password_reset, UserId(1), "b", Lifetime::minutes(30), Lifetime()}, now);
      if (!made) return made.error();
      code = *made;
      return {};
    });
    REQUIRE(issued);
    return {RecordId::generate(rng).value(), kind, UserId(1), "mike@example.com", code.value(), now,
            now + Lifetime::minutes(30)};
  }
  const Timestamp now = Timestamp::from_seconds(1767225600);
  SeededRng rng;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<onetime::CodeStore> store;
  std::unique_ptr<onetime::OneTimeCodes> codes;
  std::unique_ptr<mail::Composer> composer;
};

}  // namespace

TEST_CASE("52 the code stands in the body alone") {
  Desk desk;
  auto entry = desk.entry("password_reset");
  auto message = desk.composer->compose(entry).value();
  const auto revealed = desk.codes->reveal(onetime::Purpose::password_reset, entry.subject_id, desk.now).value();
  const std::string code(revealed.reveal().text());
  CHECK(message.text.find("\n    " + code + "\n") != std::string::npos);
  CHECK(message.text.find("30 minutes") != std::string::npos);
  CHECK(message.text.find("://") == std::string::npos);
  CHECK(message.text.find("mike") == std::string::npos);
  CHECK(message.subject == "Your password reset code");
  CHECK(message.message_id == entry.id.text());
  CHECK(message.to == "mike@example.com");
  CHECK(message.date == entry.created_at);
  CHECK(mail::render(message, "no-reply@example.org"));
}

TEST_CASE("a mail is the same at every try") {
  Desk desk;
  auto entry = desk.entry("password_reset");
  auto first = mail::render(desk.composer->compose(entry).value(), "no-reply@example.org").value();
  entry.attempts = 5;
  CHECK(mail::render(desk.composer->compose(entry).value(), "no-reply@example.org").value() == first);
}

TEST_CASE("a code that was voided is not mailed") {
  Desk desk;
  auto entry = desk.entry("password_reset");
  auto voided = desk.database->run([&](Transaction& t) { return desk.store->discard(t, UserId(1)); });
  REQUIRE(voided);
  auto message = desk.composer->compose(entry);
  CHECK(message.error().code() == "code_not_open");
  CHECK(message.error().kind() == Errc::unavailable);
}

TEST_CASE("the notice holds no code and other kinds have no text") {
  Desk desk;
  auto notice = desk.composer->compose(desk.entry("password_changed")).value();
  CHECK(notice.subject == "Your password was changed");
  CHECK(notice.text.find("    ") == std::string::npos);
  auto unknown = desk.composer->compose(desk.entry("greeting"));
  CHECK(unknown.error().code() == "mail_kind_unknown");
  CHECK(unknown.error().kind() == Errc::internal);
}
