#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include <sys/types.h>

#include <watchword/storage/sql.hpp>
#include <watchword/storage/sqlite.hpp>

#include "storage/sqlite/reader_pool.hpp"
#include "storage/sqlite/writer.hpp"

namespace watchword::sqlite {

class SqliteDatabase final : public sql::Database {
 public:
  explicit SqliteDatabase(const Options& options, ConnectionSettings settings);
  ~SqliteDatabase() override;

  /// Reads the file for the first time, to learn whether it is a database.
  Result<void> look_at_file();

  Result<void> run(Work work) noexcept override;
  Result<void> read(ReadWork work) noexcept override;
  bool reads_are_local() const noexcept override;
  std::string render_types(std::string_view schema_text) const override;
  Result<void> execute_script(Transaction& transaction, std::string_view text) noexcept override;
  Result<bool> has_table(sql::Executor& executor, std::string_view table) noexcept override;

 private:
  struct State;
  Result<void> check_usable() const noexcept;
  void commit(CommitRequest* batch) noexcept;
  Result<void> read_file(ReadWork work);
  Result<void> read_on(Connection& connection, ReadWork work) noexcept;
  Result<void> check_in_place(Connection& connection) noexcept;

  std::unique_ptr<State> state_;
};

}  // namespace watchword::sqlite
