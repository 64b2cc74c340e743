#include "storage/postgres/executor.hpp"

#include <charconv>
#include <cstring>
#include <new>

#include "storage/postgres/error.hpp"
#include "storage/postgres/values.hpp"

namespace watchword::postgres {
namespace {

std::int64_t rows_changed(PGresult* result) noexcept {
  const char* digits = ::PQcmdTuples(result);
  std::int64_t rows = 0;
  std::from_chars(digits, digits + std::strlen(digits), rows);
  return rows;
}

}  // namespace

Result<std::int64_t> ConnectionExecutor::execute(const sql::Statement& statement,
                                                 std::initializer_list<sql::Value> values) noexcept {
  auto result = attempt(statement, values);
  if (!result) return result.error();
  if (::PQresultStatus(result->get()) == PGRES_TUPLES_OK) {
    return fail(store_statement("execute() met a statement that returns rows"));
  }
  return rows_changed(result->get());
}

Result<std::int64_t> ConnectionExecutor::query(const sql::Statement& statement,
                                               std::initializer_list<sql::Value> values, EachRow each) noexcept {
  auto result = attempt(statement, values);
  if (!result) return result.error();
  shown_ = true;
  ResultRow row(result->get());
  const int rows = ::PQntuples(result->get());
  try {
    for (int i = 0; i < rows; ++i) {
      row.move_to(i);
      if (auto shown = each(row); !shown) return shown.error();
    }
  } catch (const std::bad_alloc&) {
    return fail(out_of_memory());
  } catch (...) {
    return fail(store_statement("what was shown a row threw"));
  }
  return rows;
}

Result<void> ConnectionExecutor::run_script(const sql::Statement& script) noexcept {
  auto result = attempt(script, {});
  if (!result) return result.error();
  if (::PQresultStatus(result->get()) == PGRES_TUPLES_OK) return fail(store_statement("a script returned rows"));
  return {};
}

Result<void> ConnectionExecutor::lift_timeouts() noexcept {
  if (failed_) return *failed_;
  try {
    auto lifted = connection_.lift_timeouts();
    if (!lifted) return fail(lifted.error());
    return {};
  } catch (...) {
    return fail(out_of_memory());
  }
}

Result<ResultPtr> ConnectionExecutor::attempt(const sql::Statement& statement,
                                              std::initializer_list<sql::Value> values) noexcept {
  if (failed_) return *failed_;
  try {
    auto result = connection_.run(statement, values);
    if (!result) return fail(result.error());
    return result;
  } catch (...) {
    return fail(out_of_memory());
  }
}

Error ConnectionExecutor::fail(Error error) noexcept {
  failed_ = error;
  return error;
}

}  // namespace watchword::postgres
