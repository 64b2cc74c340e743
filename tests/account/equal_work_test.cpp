#include "account/other_system.hpp"

using namespace watchword;
using namespace watchword::contract;

namespace {

/// Passes everything on and counts it.
class CountingDatabase final : public sql::Database {
 public:
  explicit CountingDatabase(sql::Database& inner) : inner_(inner) {}
  int statements = 0;
  int transactions = 0;

  Result<void> run(Work work) noexcept override {
    ++transactions;
    return inner_.run(work);
  }
  Result<void> read(ReadWork work) noexcept override {
    return inner_.read([&](sql::Executor& executor) {
      Counting counting(executor, statements);
      return work(counting);
    });
  }
  bool reads_are_local() const noexcept override { return inner_.reads_are_local(); }
  std::string render_types(std::string_view text) const override { return inner_.render_types(text); }
  Result<void> execute_script(Transaction& transaction, std::string_view text) noexcept override {
    return inner_.execute_script(transaction, text);
  }
  Result<bool> has_table(sql::Executor& executor, std::string_view table) noexcept override {
    return inner_.has_table(executor, table);
  }
  Result<void> lock_schema(Transaction& transaction) noexcept override { return inner_.lock_schema(transaction); }
  Result<std::int64_t> draw_id(sql::Executor& executor, std::string_view table,
                               std::int64_t at_least) noexcept override {
    return inner_.draw_id(executor, table, at_least);
  }

 private:
  class Counting final : public sql::Executor {
   public:
    Counting(sql::Executor& inner, int& statements) : inner_(inner), statements_(statements) {}
    Result<std::int64_t> execute(const sql::Statement& statement,
                                 std::initializer_list<sql::Value> values) noexcept override {
      ++statements_;
      return inner_.execute(statement, values);
    }
    Result<std::int64_t> query(const sql::Statement& statement, std::initializer_list<sql::Value> values,
                               EachRow each) noexcept override {
      ++statements_;
      return inner_.query(statement, values, each);
    }

   private:
    sql::Executor& inner_;
    int& statements_;
  };
  sql::Database& inner_;
};

}  // namespace

TEST_CASE("equal work: a look-up costs the same whether or not the name exists") {
  test::SqliteMemory backend;
  added(backend, "ada@example.com", "ada");
  CountingDatabase counting(backend.database());
  auto accounts = account::make_sql_account_store(counting, {});
  for (const char* typed : {"ada", "ADA@example.com", "eve", "eve@example.com"}) {
    CAPTURE(typed);
    counting.statements = 0;
    auto found = accounts->find_by_login(LoginName::parse(typed).value());
    REQUIRE(found);
    CHECK(found->has_value() == (std::string(typed).find("eve") == std::string::npos));
    CHECK(counting.statements == 1);
  }
  for (const char* typed : {"ada@example.com", "eve@example.com"}) {
    counting.statements = 0;
    REQUIRE(accounts->find_by_email(EmailAddress::parse(typed).value()));
    CHECK(counting.statements == 1);
  }
  CHECK(counting.transactions == 0);
}

TEST_CASE("equal work: only what there is to adopt opens a transaction and does so once") {
  test::SharedDatabase shared;
  CountingDatabase counting(shared.ours().database());
  auto accounts = account::make_sql_account_store(counting, {});
  added(shared.ours(), "ada@example.com", "ada");
  shared.other().add("ADA@example.com", "left-out");
  const auto look = [&](const char* typed) { REQUIRE(accounts->find_by_login(LoginName::parse(typed).value())); };
  look("nobody");
  CHECK(counting.transactions == 1);
  look("nobody");
  look("left-out");
  look("ADA@example.com");
  CHECK(counting.transactions == 1);
}

TEST_CASE("stores: a transaction of another kind of store is refused") {
  struct Foreign final : Transaction {
    sql::Executor* executor() noexcept override { return nullptr; }
  };
  test::SqliteMemory backend;
  Foreign foreign;
  auto raised = backend.accounts().advance_epoch(foreign, UserId(1), kNow);
  REQUIRE_FALSE(raised);
  CHECK(raised.error().kind() == Errc::internal);
  CHECK(raised.error().code() == "foreign_transaction");
}
