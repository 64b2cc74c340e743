#include "contract/postgres_backend.hpp"

#define WATCHWORD_TRANSACTION_RUNNER_BACKENDS watchword::contract::MarksByCodes<watchword::test::Postgres>
#include "contract/transaction_runner.hpp"
