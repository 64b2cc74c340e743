#include <watchword/session/sql_stores.hpp>

#include "storage/sql_store.hpp"

namespace watchword::session {
namespace {

constexpr char kColumns[] =
    "digest, session_id, generation, state, expires_at, changed_at, nonce, key_id, successor, drawn_at, user_id";

constexpr auto kLive = static_cast<std::int64_t>(RefreshState::live);
constexpr auto kSpent = static_cast<std::int64_t>(RefreshState::spent);
constexpr auto kSuperseded = static_cast<std::int64_t>(RefreshState::superseded);

TokenDigest read_digest(const sql::Row& row, int column) noexcept {
  return TokenDigest(sql::bytes_in<TokenDigest::Bytes>(row.blob(column)));
}

RefreshToken read_token(const sql::Row& row) {
  RefreshToken token;
  token.digest = read_digest(row, 0);
  token.session = SessionId(sql::bytes_in<SessionId::Bytes>(row.blob(1)));
  token.generation = row.integer(2);
  token.state = static_cast<RefreshState>(row.integer(3));
  token.expires_at = Timestamp::from_microseconds(row.integer(4));
  token.changed_at = Timestamp::from_microseconds(row.integer(5));
  token.user = UserId(row.integer(10));
  if (row.is_null(8)) return token;
  token.derivation = Derivation{sql::bytes_in<Derivation::Nonce>(row.blob(6)), std::string(row.text(7)),
                                read_digest(row, 8), Timestamp::from_microseconds(row.integer(9))};
  token.nonce_erased = row.is_null(6);
  return token;
}

class SqlRefreshTokenStore final : public RefreshTokenStore {
 public:
  explicit SqlRefreshTokenStore(const sql::Naming& naming);

  Result<void> insert(Transaction& transaction, const RefreshToken& token) noexcept override;
  Result<std::optional<RefreshToken>> find(Transaction& transaction, const TokenDigest& digest) noexcept override;
  Result<std::optional<RefreshToken>> lock(Transaction& transaction, const TokenDigest& digest) noexcept override;
  Result<bool> spend(Transaction& transaction, const TokenDigest& digest,
                     const Derivation& derivation) noexcept override;
  Result<bool> redraw(Transaction& transaction, const TokenDigest& digest,
                      const Derivation& derivation) noexcept override;
  Result<bool> supersede(Transaction& transaction, const TokenDigest& digest, Timestamp now) noexcept override;
  Result<void> erase_nonce_before(Transaction& transaction, const TokenDigest& successor) noexcept override;

 private:
  sql::Statement insert_;
  sql::Statement find_;
  sql::Statement lock_;
  sql::Statement spend_;
  sql::Statement redraw_;
  sql::Statement supersede_;
  sql::Statement erase_nonce_;
};

SqlRefreshTokenStore::SqlRefreshTokenStore(const sql::Naming& naming)
    : insert_("INSERT INTO " + naming.side("refresh_tokens") + " (" + kColumns +
              ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
      find_(std::string("SELECT ") + kColumns + " FROM " + naming.side("refresh_tokens") + " WHERE digest = $1"),
      lock_("UPDATE " + naming.side("refresh_tokens") + " SET state = state WHERE digest = $1 RETURNING " + kColumns),
      spend_("UPDATE " + naming.side("refresh_tokens") +
             " SET state = $2, changed_at = $6, nonce = $3, key_id = $4, successor = $5, drawn_at = $6"
             " WHERE digest = $1 AND state = $7"),
      redraw_("UPDATE " + naming.side("refresh_tokens") +
              " SET nonce = $3, key_id = $4, successor = $5, drawn_at = $6"
              " WHERE digest = $1 AND state = $2 AND nonce IS NOT NULL"),
      supersede_("UPDATE " + naming.side("refresh_tokens") +
                 " SET state = $2, changed_at = $3 WHERE digest = $1 AND state = $4"),
      erase_nonce_("UPDATE " + naming.side("refresh_tokens") + " SET nonce = NULL WHERE successor = $1") {}

Result<void> SqlRefreshTokenStore::insert(Transaction& transaction, const RefreshToken& token) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    sql::Value nonce(nullptr), key_id(nullptr), successor(nullptr), drawn_at(nullptr);
    if (token.derivation) {
      if (!token.nonce_erased) nonce = sql::view_of(token.derivation->nonce);
      key_id = token.derivation->key_id;
      successor = token.derivation->successor.view();
      drawn_at = token.derivation->drawn_at.microseconds();
    }
    return sql::run(executor, insert_,
                    {token.digest.view(), sql::view_of(token.session.bytes()), token.generation,
                     static_cast<std::int64_t>(token.state), token.expires_at.microseconds(),
                     token.changed_at.microseconds(), nonce, key_id, successor, drawn_at, token.user.value()});
  });
}

Result<std::optional<RefreshToken>> SqlRefreshTokenStore::find(Transaction& transaction,
                                                               const TokenDigest& digest) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    return sql::find_one<RefreshToken>(executor, find_, {digest.view()}, read_token);
  });
}

Result<std::optional<RefreshToken>> SqlRefreshTokenStore::lock(Transaction& transaction,
                                                               const TokenDigest& digest) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    return sql::find_one<RefreshToken>(executor, lock_, {digest.view()}, read_token);
  });
}

Result<bool> SqlRefreshTokenStore::spend(Transaction& transaction, const TokenDigest& digest,
                                         const Derivation& derivation) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    return sql::changes(executor, spend_,
                        {digest.view(), kSpent, sql::view_of(derivation.nonce), derivation.key_id,
                         derivation.successor.view(), derivation.drawn_at.microseconds(), kLive});
  });
}

Result<bool> SqlRefreshTokenStore::redraw(Transaction& transaction, const TokenDigest& digest,
                                          const Derivation& derivation) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    return sql::changes(executor, redraw_,
                        {digest.view(), kSpent, sql::view_of(derivation.nonce), derivation.key_id,
                         derivation.successor.view(), derivation.drawn_at.microseconds()});
  });
}

Result<bool> SqlRefreshTokenStore::supersede(Transaction& transaction, const TokenDigest& digest,
                                             Timestamp now) noexcept {
  return sql::within(transaction, [&](sql::Executor& executor) {
    return sql::changes(executor, supersede_, {digest.view(), kSuperseded, now.microseconds(), kLive});
  });
}

Result<void> SqlRefreshTokenStore::erase_nonce_before(Transaction& transaction, const TokenDigest& successor) noexcept {
  return sql::within(transaction,
                     [&](sql::Executor& executor) { return sql::run(executor, erase_nonce_, {successor.view()}); });
}

}  // namespace

std::unique_ptr<RefreshTokenStore> make_sql_refresh_token_store(sql::Database&, const sql::Naming& naming) {
  return std::make_unique<SqlRefreshTokenStore>(naming);
}

}  // namespace watchword::session
