#pragma once

#include <memory>
#include <string>

#include <sys/types.h>

#include <watchword/storage/postgres.hpp>

#include "storage/postgres/runner.hpp"

namespace watchword::postgres {

class PostgresDatabase final : public sql::Database {
 public:
  PostgresDatabase(const Options& options, ConnectionSettings settings);
  ~PostgresDatabase() override;

  /// Connects, and looks at the settings of the server.
  Result<void> look_at_server();

  Result<void> run(Work work) noexcept override;
  Result<void> read(ReadWork work) noexcept override;
  bool reads_are_local() const noexcept override { return false; }
  std::string render_types(std::string_view schema_text) const override;
  Result<void> execute_script(Transaction& transaction, std::string_view text) noexcept override;
  Result<bool> has_table(sql::Executor& executor, std::string_view table) noexcept override;
  Result<void> lock_schema(Transaction& transaction) noexcept override;
  Result<std::int64_t> draw_id(sql::Executor& executor, std::string_view table,
                               std::int64_t at_least) noexcept override;

 private:
  struct State;
  Result<void> check_usable() const noexcept;
  Result<void> read_on(Connection& connection, ReadWork work, bool& shown) noexcept;

  std::unique_ptr<State> state_;
};

}  // namespace watchword::postgres
