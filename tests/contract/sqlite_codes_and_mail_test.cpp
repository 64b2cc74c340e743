#include "contract/sql_backend.hpp"

using watchword::test::SqliteFile;
using watchword::test::SqliteMemory;

#define WATCHWORD_CODE_STORE_BACKENDS SqliteFile, SqliteMemory
#define WATCHWORD_OUTBOX_BACKENDS SqliteFile, SqliteMemory

#include "contract/code_store.hpp"
#include "contract/outbox.hpp"
