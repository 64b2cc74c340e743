#include <sys/wait.h>
#include <unistd.h>

#include "storage/support.hpp"

using namespace watchword;
using namespace watchword::test;
using sql::FeatureSchema;
using sql::Migration;
using sql::MigrationMode;

namespace {

Migration step(int version, int min_compatible, std::vector<std::string> statements) {
  Migration migration;
  migration.version = version;
  migration.min_compatible = min_compatible;
  migration.statements = std::move(statements);
  return migration;
}

FeatureSchema feature(std::string name, std::vector<Migration> migrations) {
  FeatureSchema schema;
  schema.feature = std::move(name);
  schema.migrations = std::move(migrations);
  return schema;
}

template <class... Schemas>
std::vector<FeatureSchema> features_of(Schemas... schemas) {
  std::vector<FeatureSchema> features;
  (features.push_back(std::move(schemas)), ...);
  return features;
}

template <class... Steps>
std::vector<Migration> steps(Steps... each) {
  std::vector<Migration> all;
  (all.push_back(std::move(each)), ...);
  return all;
}

FeatureSchema apples(int newest = 2, int min_compatible = 1) {
  auto all = steps(step(1, 1, {"CREATE TABLE apples (n {bigint})", "INSERT INTO apples VALUES (1)"}));
  for (int n = 2; n <= newest; ++n) all.push_back(step(n, min_compatible, {"UPDATE apples SET n = n * 10 + 2"}));
  return feature("apples", std::move(all));
}

FeatureSchema pears() {
  return feature("pears",
                 steps(step(1, 1, {"CREATE TABLE pears (n {bigint})", "INSERT INTO pears SELECT n FROM apples"})));
}

Result<void> migrate(sql::Database& database, std::vector<FeatureSchema> features,
                     MigrationMode mode = MigrationMode::automatic) {
  return sql::migrate(database, sql::Naming(), features, mode);
}

Result<std::vector<sql::PendingMigration>> pending(sql::Database& database, std::vector<FeatureSchema> features) {
  return sql::pending_migrations(database, sql::Naming(), features);
}

FeatureSchema refusing(const char* name) {
  auto all = steps(step(1, 1, {"CREATE TABLE refused (n {bigint})"}));
  all.back().check = [](sql::Executor&) -> Result<void> {
    return Error(Errc::misconfigured, "collision", "Two names are one.").with_reason("ids 1 and 2");
  };
  return feature(name, std::move(all));
}

}  // namespace

TEST_CASE("migrations run in order and once") {
  TempDir dir;
  auto database = open_file(GENERATE(0, 1) == 0 ? dir / "a.db" : std::filesystem::path(":memory:"));
  auto steps_left = pending(*database, features_of(apples(), pears()));
  REQUIRE(steps_left);
  REQUIRE(steps_left->size() == 3);
  CHECK((*steps_left)[1].feature == "apples");
  CHECK((*steps_left)[1].version == 2);
  CHECK((*steps_left)[2].feature == "pears");
  REQUIRE(migrate(*database, features_of(apples(), pears())));
  CHECK(read_integer(*database, "SELECT n FROM pears") == 12);
  REQUIRE(migrate(*database, features_of(apples(), pears())));
  CHECK(read_integer(*database, "SELECT n FROM apples") == 12);
  CHECK(pending(*database, features_of(apples(), pears()))->empty());
  CHECK(read_integer(*database, "SELECT version FROM watchword_schema WHERE feature = 'apples'") == 2);
}

TEST_CASE("a later release runs only what is missing") {
  TempDir dir;
  auto database = open_file(dir / "a.db");
  REQUIRE(migrate(*database, features_of(apples(1))));
  REQUIRE(migrate(*database, features_of(apples(3))));
  CHECK(read_integer(*database, "SELECT n FROM apples") == 122);
  CHECK(read_integer(*database, "SELECT count(*) FROM watchword_schema") == 1);
}

TEST_CASE("a step's fill runs in the same transaction") {
  TempDir dir;
  auto database = open_file(dir / "a.db");
  auto features = features_of(apples(1));
  features[0].migrations[0].fill = [](Transaction& t) {
    static const sql::Statement update("UPDATE apples SET n = 99");
    return execute(t, update);
  };
  REQUIRE(sql::migrate(*database, sql::Naming(), features, MigrationMode::automatic));
  CHECK(read_integer(*database, "SELECT n FROM apples") == 99);
}

TEST_CASE("4.7 a failing step or fill undoes all steps") {
  TempDir dir;
  auto database = open_file(dir / "a.db");
  auto broken = features_of(apples(), feature("broken", steps(step(1, 1, {"CREATE TABLE b (n)", "CREATE nonsense"}))));
  CHECK(code_of(sql::migrate(*database, sql::Naming(), broken, MigrationMode::automatic)) == "store_statement");
  broken[1].migrations[0].statements.pop_back();
  broken[1].migrations[0].fill = [](Transaction&) -> Result<void> { throw std::bad_alloc(); };
  CHECK(code_of(sql::migrate(*database, sql::Naming(), broken, MigrationMode::automatic)) == "out_of_memory");
  CHECK(read_integer(*database, "SELECT count(*) FROM sqlite_schema") == 0);
}

TEST_CASE("a failing check of any step writes nothing at all") {
  TempDir dir;
  {
    auto database = open_file(dir / "a.db");
    REQUIRE(migrate(*database, features_of(apples(1))));
  }
  std::string before = bytes_of(dir / "a.db");
  write_bytes(dir / "a.db", before.replace(18, 2, "\x01\x01"));
  auto database = open_file(dir / "a.db");
  auto refused = migrate(*database, features_of(apples(3), pears(), refusing("sour")));
  REQUIRE(code_of(refused) == "collision");
  CHECK(refused.error().reason() == "ids 1 and 2 [schema sour]");
  CHECK(code_of(pending(*database, features_of(refusing("sour")))) == "collision");
  database.reset();
  CHECK(bytes_of(dir / "a.db") == before);
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);
}

TEST_CASE("a check of a step that has run is not asked again") {
  TempDir dir;
  auto database = open_file(dir / "a.db");
  auto first = features_of(refusing("sour"));
  first[0].migrations[0].check = nullptr;
  REQUIRE(sql::migrate(*database, sql::Naming(), first, MigrationMode::automatic));
  CHECK(migrate(*database, features_of(refusing("sour"))));
}

TEST_CASE("check_only refuses an outdated schema and changes nothing") {
  TempDir dir;
  auto database = open_file(dir / "a.db");
  auto refused = migrate(*database, features_of(apples(), pears()), MigrationMode::check_only);
  REQUIRE(code_of(refused) == "schema_outdated");
  CHECK(refused.error().kind() == Errc::misconfigured);
  CHECK(refused.error().reason() == "apples 1, apples 2, pears 1");
  CHECK(bytes_of(dir / "a.db").empty());
  REQUIRE(migrate(*database, features_of(apples(), pears())));
  CHECK(migrate(*database, features_of(apples(), pears()), MigrationMode::check_only));
}

TEST_CASE("4.33 a newer schema is opened as far as it says that it may be") {
  TempDir dir;
  auto database = open_file(dir / "a.db");
  REQUIRE(migrate(*database, features_of(apples(4, 3))));
  CHECK(code_of(migrate(*database, features_of(apples(4, 3)))) == "success");
  CHECK(code_of(migrate(*database, features_of(apples(3, 1)))) == "success");
  auto refused = migrate(*database, features_of(apples(2)));
  REQUIRE(code_of(refused) == "schema_newer");
  CHECK(refused.error().kind() == Errc::misconfigured);
  CHECK(refused.error().reason() == "apples");
  CHECK(code_of(pending(*database, features_of(apples(2)))) == "schema_newer");
  CHECK(code_of(migrate(*database, features_of(apples(2), refusing("sour")))) == "schema_newer");
  CHECK(read_integer(*database, "SELECT n FROM apples") == 1222);
}

TEST_CASE("features that this release does not know are left alone") {
  TempDir dir;
  auto database = open_file(dir / "a.db");
  REQUIRE(migrate(*database, features_of(apples(), pears())));
  CHECK(migrate(*database, features_of(apples())));
  CHECK(read_integer(*database, "SELECT count(*) FROM watchword_schema") == 2);
}

TEST_CASE("steps that are not numbered from one without gaps are a defect") {
  TempDir dir;
  auto database = open_file(dir / "a.db");
  for (auto versions : {std::vector<int>{2}, {1, 3}, {1, 1}, {0}}) {
    std::vector<Migration> all;
    for (int version : versions) all.push_back(step(version, 1, {}));
    CHECK(code_of(migrate(*database, features_of(feature("f", std::move(all))))) == "schema_steps");
  }
}

TEST_CASE("bad names of tables are refused before anything runs") {
  TempDir dir;
  auto database = open_file(dir / "a.db");
  sql::Naming naming;
  naming.prefix = "a; DROP TABLE users; --";
  auto features = features_of(apples());
  CHECK(code_of(sql::migrate(*database, naming, features, MigrationMode::automatic)) == "table_name");
  CHECK(code_of(sql::pending_migrations(*database, naming, features)) == "table_name");
  naming = sql::Naming();
  naming.schema = "auth";
  CHECK(code_of(sql::migrate(*database, naming, features, MigrationMode::automatic)) == "table_name");
}

TEST_CASE("two prefixes live in one database") {
  TempDir dir;
  auto database = open_file(dir / "a.db");
  sql::Naming other;
  other.prefix = "other_";
  auto features = features_of(pears());
  REQUIRE(migrate(*database, features_of(apples(2))));
  REQUIRE(sql::migrate(*database, other, features, MigrationMode::automatic));
  CHECK(read_integer(*database, "SELECT count(*) FROM other_schema") == 1);
  CHECK(read_integer(*database, "SELECT count(*) FROM watchword_schema") == 1);
}

TEST_CASE("processes that start together migrate once") {
  TempDir dir;
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    pid_t child = ::fork();
    if (child == 0) {
      auto options = options_for(dir / "a.db");
      options.busy_timeout = Lifetime::seconds(30);
      auto database = sqlite::open(options);
      bool done = database && migrate(**database, features_of(apples(), pears()));
      if (database) database->reset();
      ::_exit(done ? 0 : 1);
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  auto database = open_file(dir / "a.db");
  CHECK(read_integer(*database, "SELECT sum(n) FROM apples") == 12);
  CHECK(read_integer(*database, "SELECT count(*) FROM pears") == 1);
}
