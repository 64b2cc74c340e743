#include <watchword/account/account_directory.hpp>
#include <watchword/account/account_store.hpp>
#include <watchword/account/credential_store.hpp>
#include <watchword/mail/outbox.hpp>
#include <watchword/onetime/one_time_codes.hpp>
#include <watchword/session/refresh_token_store.hpp>
#include <watchword/session/revocation.hpp>
#include <watchword/session/session_store.hpp>

namespace consumer {

struct Backend {
  watchword::TransactionRunner& runner();
  watchword::account::AccountDirectory& directory();
  watchword::account::AccountStore& accounts();
  watchword::account::CredentialStore& credentials();
  watchword::mail::Outbox& outbox();
  watchword::onetime::CodeStore& codes();
  watchword::session::RefreshTokenStore& refresh_tokens();
  watchword::session::RevocationStore& revocations();
  watchword::session::SessionStore& sessions();
};

}  // namespace consumer

#define WATCHWORD_ACCOUNT_DIRECTORY_BACKENDS consumer::Backend
#define WATCHWORD_ACCOUNT_STORE_BACKENDS consumer::Backend
#define WATCHWORD_CODE_STORE_BACKENDS consumer::Backend
#define WATCHWORD_CREDENTIAL_STORE_BACKENDS consumer::Backend
#define WATCHWORD_OUTBOX_BACKENDS consumer::Backend
#define WATCHWORD_REFRESH_TOKEN_STORE_BACKENDS consumer::Backend
#define WATCHWORD_REVOCATION_STORE_BACKENDS consumer::Backend
#define WATCHWORD_SESSION_STORE_BACKENDS consumer::Backend
#define WATCHWORD_TRANSACTION_RUNNER_BACKENDS watchword::contract::MarksByCodes<consumer::Backend>
// Made by CMake: includes every contract that the package has.
#include "all_contracts.hpp"
