#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

#include <malloc.h>

#include <watchword/mail/dispatcher.hpp>
#include <watchword/onetime/sql_stores.hpp>
#include <watchword/recovery/mail_composer.hpp>
#include <watchword/storage/sqlite.hpp>

#include "support/catch.hpp"
#include "support/fake_clock.hpp"
#include "support/seeded_rng.hpp"
#include "support/temp_dir.hpp"

namespace {

// What no block of memory may hold when it is given back.
char needle[64];
std::atomic<std::size_t> needle_size{0};
std::atomic<int> found{0};

void give_back(void* block) noexcept {
  if (block != nullptr && needle_size > 0) {
    const char* begin = static_cast<const char*>(block);
    const char* end = begin + ::malloc_usable_size(block);
    if (std::search(begin, end, needle, needle + needle_size) != end) ++found;
  }
  std::free(block);
}

void look_for(std::string_view text) {
  std::memcpy(needle, text.data(), text.size());
  found = 0;
  needle_size = text.size();
}

}  // namespace

void* operator new(std::size_t size) {
  // Cleared, so that what is found was written since.
  if (void* block = std::calloc(1, size + 1)) return block;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::calloc(1, size + 1); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return std::calloc(1, size + 1); }
void operator delete(void* block) noexcept { give_back(block); }
void operator delete[](void* block) noexcept { give_back(block); }
void operator delete(void* block, std::size_t) noexcept { give_back(block); }
void operator delete[](void* block, std::size_t) noexcept { give_back(block); }

using namespace watchword;
using namespace watchword::test;

namespace {

struct Office {
  Office() {
    sqlite::Options options;
    options.path = ":memory:";
    database = sqlite::open(options).value();
    std::vector<sql::FeatureSchema> features;
    features.push_back(onetime::schema({}));
    features.push_back(mail::schema({}));
    sql::migrate(*database, {}, features, sql::MigrationMode::automatic).value();
    store = onetime::make_sql_code_store(*database, {});
    outbox = mail::make_sql_outbox(*database, {});
    std::vector<Secret> keys;
    keys.push_back(Secret::copy_of(std::string_view(std::string(32, 'k'))).value());
    codes = onetime::OneTimeCodes::create(*store, rng, keys).value();
    composer = recovery::make_mail_composer(*codes).value();
    mailer = mail::make_file_mailer(folder.path().string(), "no-reply@example.org").value();
  }
  RecordId put() {
    RecordId code;
    const Timestamp now = clock.now();
    auto done = database->run([&](Transaction& transaction) -> Result<void> {
      auto issued = codes->issue(transaction, {onetime::Purpose::password_reset, UserId(1), "b"}, now);
      if (!issued) return issued.error();
      code = issued->value();
      return outbox->enqueue(transaction, {RecordId::generate(rng).value(), "password_reset", UserId(1),
                                           "mike@example.com", code, now, now + Lifetime::minutes(30)});
    });
    REQUIRE(done);
    return code;
  }
  TempDir folder;
  FakeClock clock;
  SeededRng rng;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<onetime::CodeStore> store;
  std::unique_ptr<mail::Outbox> outbox;
  std::unique_ptr<onetime::OneTimeCodes> codes;
  std::unique_ptr<mail::Composer> composer;
  std::unique_ptr<mail::Mailer> mailer;
};

}  // namespace

TEST_CASE("The search finds what is given back unwiped") {
  look_for("a needle of some length");
  { std::string text("a haystack with a needle of some length in it"); }
  CHECK(found == 1);
  needle_size = 0;
}

TEST_CASE("A mail's code stays in no memory once the mail is sent") {
  Office office;
  const RecordId record = office.put();
  auto dispatcher = mail::Dispatcher::create({*office.database, *office.outbox, *office.composer, *office.mailer,
                                              office.clock, office.rng, null_log()},
                                             Lifetime::hours(1))
                        .value();
  {
    auto code = office.codes->reveal(onetime::Purpose::password_reset, record, office.clock.now()).value();
    look_for(code.reveal().text());
  }
  // The dispatcher's own thread may have been first: all it gave back before the search began is not seen. So twice.
  CHECK(dispatcher->flush());
  office.clock.advance(Lifetime::minutes(2));
  needle_size = 0;
  const RecordId second = office.put();
  look_for(office.codes->reveal(onetime::Purpose::password_reset, second, office.clock.now()).value().reveal().text());
  CHECK(dispatcher->flush());
  CHECK(found == 0);
  needle_size = 0;
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(office.folder.path())) files += entry.exists() ? 1U : 0U;
  CHECK(files == 2);
}
