#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include <watchword/base/bytes.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/function.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>
#include <watchword/storage/transaction.hpp>

/// The port below every SQL store: a store is written once, over this, and each engine is a driver below it.
namespace watchword::sql {

/// A bound parameter. Refers to text and blobs without owning them: they must outlive the call that binds them.
class Value final {
 public:
  enum class Type : std::uint8_t { null, integer, boolean, text, blob, timestamp };

  Value(std::nullptr_t) noexcept {}
  Value(std::int64_t n) noexcept : type_(Type::integer), integer_(n) {}
  Value(int n) noexcept : type_(Type::integer), integer_(n) {}
  Value(bool b) noexcept : type_(Type::boolean), integer_(b ? 1 : 0) {}
  Value(std::string_view text) noexcept : type_(Type::text), bytes_(text) {}
  Value(const std::string& text) noexcept : type_(Type::text), bytes_(std::string_view(text)) {}
  Value(const char* text) noexcept : type_(Type::text), bytes_(std::string_view(text)) {}
  Value(ByteView blob) noexcept : type_(Type::blob), bytes_(blob) {}
  Value(Timestamp t) noexcept : type_(Type::timestamp), integer_(t.microseconds()) {}

  Type type() const noexcept { return type_; }
  std::int64_t integer() const noexcept { return integer_; }
  bool boolean() const noexcept { return integer_ != 0; }
  ByteView bytes() const noexcept { return bytes_; }
  Timestamp timestamp() const noexcept { return Timestamp::from_microseconds(integer_); }

 private:
  Type type_ = Type::null;
  std::int64_t integer_ = 0;
  ByteView bytes_;
};

/// Port, which a driver derives from: a row of a result, valid only during the call that shows it. Columns count from
/// 0. Reading a column as a type that it does not hold gives 0, false, "" or the epoch; and NULL likewise: ask
/// is_null() first where it matters. Moments before the year 0 or after 9999 are stored as the first or last within.
class WATCHWORD_EXPORT Row {
 public:
  virtual bool is_null(int column) const noexcept = 0;
  virtual std::int64_t integer(int column) const noexcept = 0;
  virtual bool boolean(int column) const noexcept = 0;
  virtual std::string_view text(int column) const noexcept = 0;
  virtual ByteView blob(int column) const noexcept = 0;
  virtual Timestamp timestamp(int column) const noexcept = 0;

 protected:
  ~Row() = default;
};

/// A statement's text with the parameters $1, $2 ..., the same for every engine. Make each once, when its store is
/// made, and keep it: a connection prepares it at its first use and finds it again by id(). Immutable.
class WATCHWORD_EXPORT Statement final {
 public:
  explicit Statement(std::string text);
  const std::string& text() const noexcept { return text_; }
  /// Unique within the process.
  std::uint64_t id() const noexcept { return id_; }

 private:
  std::string text_;
  std::uint64_t id_;
};

/// Port, which a driver derives from: runs statements, one at a time, on one connection. Not safe for concurrent use.
/// Errors of every call: `store_unavailable` (unavailable), `store_conflict` (conflict: a unique key is taken; reason()
/// names its table and columns, "users.email"; or a parent row is missing: "foreign key"), `store_serialization`
/// (unavailable; the runner retries it, no store need care), `store_read_only` (unavailable), `store_corrupt`
/// (internal), `store_statement` (internal: a defect in the statement or its values).
///
/// After a statement that failed, all further ones of the same work fail with the same error, and the work is rolled
/// back even if it returns success: on some engines the transaction is gone by then. A store that expects a taken key
/// writes ON CONFLICT DO NOTHING and looks at the number of rows, or ends the work with an error of its own.
class WATCHWORD_EXPORT Executor {
 public:
  using EachRow = FunctionRef<Result<void>(const Row&)>;

  /// Runs a statement that returns no rows; gives the number of rows that it changed.
  virtual Result<std::int64_t> execute(const Statement& statement, std::initializer_list<Value> values) noexcept = 0;
  /// Runs a statement and shows each row in turn; an error from `each` ends it and is returned. Gives the number of
  /// rows.
  virtual Result<std::int64_t> query(const Statement& statement, std::initializer_list<Value> values,
                                     EachRow each) noexcept = 0;

 protected:
  ~Executor() = default;
};

/// Port, which a driver derives from: a database of one engine. Safe to use from any thread.
class WATCHWORD_EXPORT Database : public TransactionRunner {
 public:
  /// Runs `work` on a connection that reads the committed state; nothing that it does may write. All statements of one
  /// call see one snapshot, taken at the first. Where the connection was lost before a row was shown, `work` runs once
  /// more. Errors: those of `work` and of Executor; `nested_transaction`.
  using ReadWork = FunctionRef<Result<void>(Executor&)>;
  virtual Result<void> read(ReadWork work) noexcept = 0;
  /// True where read() needs no other process and cannot wait for one, so that it may run on an event loop's thread.
  virtual bool reads_are_local() const noexcept = 0;
  /// Replaces {blob}, {timestamp}, {boolean}, {bigint} and {serial} (an integer key that the engine draws where none is
  /// given) in a migration by the engine's types.
  virtual std::string render_types(std::string_view schema_text) const = 0;
  /// One statement without parameters or rows (schema text), outside the prepared ones, in the given transaction.
  virtual Result<void> execute_script(Transaction& transaction, std::string_view text) noexcept = 0;
  /// True if the table exists.
  virtual Result<bool> has_table(Executor& executor, std::string_view table) noexcept = 0;
  /// Keeps all others from changing the schema until the transaction ends. What follows in it may take long. Does
  /// nothing where a transaction that may write is alone anyway.
  virtual Result<void> lock_schema(Transaction& transaction) noexcept;
  /// An `id` for a new row of the table, `at_least` or above, that the engine's own generator will give to nobody else:
  /// `at_least` itself where the engine takes the highest that is there.
  virtual Result<std::int64_t> draw_id(Executor& executor, std::string_view table, std::int64_t at_least) noexcept;
};

}  // namespace watchword::sql
