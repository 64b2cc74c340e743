#include "contract/sql_backend.hpp"

using watchword::test::SqliteFile;
using watchword::test::SqliteMemory;

#define WATCHWORD_ACCOUNT_STORE_BACKENDS SqliteFile, SqliteMemory
#define WATCHWORD_CREDENTIAL_STORE_BACKENDS SqliteFile, SqliteMemory
#define WATCHWORD_ACCOUNT_DIRECTORY_BACKENDS SqliteFile, SqliteMemory

#include "contract/account_directory.hpp"
#include "contract/account_store.hpp"
#include "contract/account_store_races.hpp"
#include "contract/credential_store.hpp"
