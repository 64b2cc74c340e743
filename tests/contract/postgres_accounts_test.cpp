#include "contract/postgres_backend.hpp"

using watchword::test::Postgres;

#define WATCHWORD_ACCOUNT_STORE_BACKENDS Postgres
#define WATCHWORD_CREDENTIAL_STORE_BACKENDS Postgres
#define WATCHWORD_ACCOUNT_DIRECTORY_BACKENDS Postgres

#include "contract/account_directory.hpp"
#include "contract/account_store.hpp"
#include "contract/account_store_races.hpp"
#include "contract/credential_store.hpp"
