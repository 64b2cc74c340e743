#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <watchword/base/export.hpp>
#include <watchword/base/id.hpp>
#include <watchword/base/owned.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/rng.hpp>
#include <watchword/base/secret.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/transaction.hpp>
#include <watchword/token/opaque_token.hpp>

namespace watchword::onetime {

/// What a code is for; a code of one purpose is unknown to every other. Values are stored: never renumber.
enum class Purpose : std::uint8_t { password_reset = 1 };

struct StoredCode final {
  RecordId id;
  Purpose purpose = Purpose::password_reset;
  UserId user;
  TokenDigest digest;
  std::string binding;  ///< what it must still be true of, such as the address key that it was mailed to
  Timestamp created_at;
  Timestamp expires_at;
};

enum class Consumption : std::uint8_t { consumed, already_used, expired, unknown };

/// Port: codes by (purpose, digest), at most one open code a user and purpose. Safe to use from any thread. Errors:
/// those of the TransactionRunner and of sql::Executor.
class WATCHWORD_EXPORT CodeStore {
 public:
  virtual ~CodeStore();
  /// Stores a code in place of every older one of the same user and purpose. False: one was stored less than
  /// `quiet` ago, and nothing has changed.
  virtual Result<bool> replace(Transaction& transaction, const StoredCode& code, Lifetime quiet) noexcept = 0;
  /// Whose open code that is, without spending it. Empty: nobody's, or used or expired. Not for use inside of a
  /// transaction, where it may answer `nested_transaction`.
  virtual Result<std::optional<UserId>> find(Purpose purpose, const TokenDigest& digest, Timestamp now) noexcept = 0;
  struct Consumed final {
    Consumption outcome = Consumption::unknown;
    UserId user;          ///< if consumed
    std::string binding;  ///< if consumed
  };
  /// Spends a code: of any number of racing calls one gets `consumed`.
  virtual Result<Consumed> consume(Transaction& transaction, Purpose purpose, const TokenDigest& digest,
                                   Timestamp now) noexcept = 0;
  /// Voids the user's open codes of every purpose. UserId 0 stands for everybody.
  virtual Result<void> discard(Transaction& transaction, UserId user) noexcept = 0;

 protected:
  CodeStore() = default;
  CodeStore(const CodeStore&) = delete;
  CodeStore& operator=(const CodeStore&) = delete;
};

/// Makes and checks codes of 128 bits, written as 26 characters of base32 (RFC 4648, read in either case). A code is
/// derived from its record's id by a secret key, so that neither the table of codes nor the outbox holds it. Immutable.
class WATCHWORD_EXPORT OneTimeCodes final {
 public:
  /// `keys`: each of 32 bytes or more; the first derives new codes, all reveal those in the store. The store and rng
  /// must outlive it. Error: `onetime_key` (misconfigured).
  static Result<std::unique_ptr<OneTimeCodes>> create(CodeStore& store, Rng& rng,
                                                      const std::vector<Secret>& keys) noexcept;
  ~OneTimeCodes();

  struct Request final {
    Purpose purpose = Purpose::password_reset;
    UserId user;
    std::string binding;
    Lifetime lifetime = Lifetime::minutes(30);
    Lifetime quiet = Lifetime::seconds(60);
  };
  /// Stores a new code and gives the id that reveal() turns into it. Empty: one was made less than `quiet` ago.
  Result<std::optional<RecordId>> issue(Transaction& transaction, const Request& request, Timestamp now) noexcept;
  /// The code of a record: for its mail, nowhere else. Errors: `code_not_open` (unavailable): it was used, voided or
  /// superseded, has expired at `now`, or was derived by a key that is not here, as another process may have; the
  /// store's; `out_of_memory` (unavailable).
  Result<Secret> reveal(Purpose purpose, const RecordId& id, Timestamp now) const noexcept;
  /// Whose open code that is, without spending it. Text that is no code at all is nobody's without asking the store.
  Result<std::optional<UserId>> find(Purpose purpose, std::string_view code, Timestamp now) noexcept;
  /// Text that is no code at all is `unknown` without asking the store.
  Result<CodeStore::Consumed> consume(Transaction& transaction, Purpose purpose, std::string_view code,
                                      Timestamp now) noexcept;

 private:
  class Impl;
  explicit OneTimeCodes(std::unique_ptr<Impl> impl) noexcept;
  Owned<Impl> impl_;
};

}  // namespace watchword::onetime
