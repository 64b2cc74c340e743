#include "contract/sql_backend.hpp"

using watchword::test::SqliteFile;
using watchword::test::SqliteMemory;

#define WATCHWORD_TRANSACTION_RUNNER_BACKENDS \
  watchword::contract::MarksByCodes<SqliteFile>, watchword::contract::MarksByCodes<SqliteMemory>
#include "contract/transaction_runner.hpp"
