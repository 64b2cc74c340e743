#include "contract/postgres_backend.hpp"

using watchword::test::Postgres;

#define WATCHWORD_CODE_STORE_BACKENDS Postgres
#define WATCHWORD_OUTBOX_BACKENDS Postgres

#include "contract/code_store.hpp"
#include "contract/outbox.hpp"
