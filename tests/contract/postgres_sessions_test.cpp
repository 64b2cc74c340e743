#include "contract/postgres_backend.hpp"

using watchword::test::Postgres;

#define WATCHWORD_SESSION_STORE_BACKENDS Postgres
#define WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS Postgres
#define WATCHWORD_REVOCATION_STORE_BACKENDS Postgres

#include "contract/refresh_token_store.hpp"
#include "contract/revocation_store.hpp"
#include "contract/session_store.hpp"
