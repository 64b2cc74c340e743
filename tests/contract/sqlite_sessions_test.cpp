#include "contract/sql_backend.hpp"

using watchword::test::SqliteFile;
using watchword::test::SqliteMemory;

#define WATCHWORD_SESSION_STORE_BACKENDS SqliteFile, SqliteMemory
#define WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS SqliteFile, SqliteMemory
#define WATCHWORD_REVOCATION_STORE_BACKENDS SqliteFile, SqliteMemory

#include "contract/refresh_token_store.hpp"
#include "contract/revocation_store.hpp"
#include "contract/session_store.hpp"
