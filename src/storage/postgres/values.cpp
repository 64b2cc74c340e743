#include "storage/postgres/values.hpp"

#include <algorithm>
#include <limits>

namespace watchword::postgres {
namespace {

// The fixed numbers of built-in types, from the server's catalog.
constexpr Oid kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kDate = 1082, kTimestamp = 1114,
              kTimestampTz = 1184;
constexpr int kBinary = 1;

/// PostgreSQL counts from 2000-01-01.
constexpr std::int64_t kEpoch = 946684800000000;
constexpr std::int64_t kMicrosecondsPerDay = 86400000000;
constexpr std::int64_t kFirst = -62167219200000000;  // 0000-01-01 00:00:00
constexpr std::int64_t kLast = 253402300799999999;   // 9999-12-31 23:59:59.999999

void write_big_endian(std::int64_t n, std::array<char, 8>& out) noexcept {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(n >> (56 - 8 * i));
}

/// Sign-extended.
std::int64_t read_big_endian(ByteView bytes) noexcept {
  std::int64_t n = !bytes.empty() && (*bytes.begin() & 0x80U) != 0 ? -1 : 0;
  for (std::uint8_t byte : bytes) n = static_cast<std::int64_t>(static_cast<std::uint64_t>(n) << 8 | byte);
  return n;
}

bool is_integer(Oid type) noexcept { return type == kInt8 || type == kInt4 || type == kInt2; }

Timestamp moment(std::int64_t since_2000) noexcept {
  // The largest and the smallest number stand for infinity.
  if (since_2000 > kLast - kEpoch) return Timestamp::from_microseconds(kLast);
  if (since_2000 < kFirst - kEpoch) return Timestamp::from_microseconds(kFirst);
  return Timestamp::from_microseconds(since_2000 + kEpoch);
}

}  // namespace

Parameters::Parameters(std::initializer_list<sql::Value> values) {
  numbers_.resize(values.size());
  types_.reserve(values.size());
  data_.reserve(values.size());
  sizes_.reserve(values.size());
  formats_.assign(values.size(), kBinary);
  auto room = numbers_.begin();
  for (const auto& value : values) add(value, *room++);
}

/// The types of moments and of NULL are left to the server: they are those of the column, and a moment's eight bytes
/// are the same for columns with a time zone and without, in UTC.
void Parameters::add(const sql::Value& value, Number& room) noexcept {
  switch (value.type()) {
    case sql::Value::Type::null:
      types_.push_back(0);
      data_.push_back(nullptr);
      sizes_.push_back(0);
      return;
    case sql::Value::Type::integer:
      write_big_endian(value.integer(), room);
      return add_bytes(kInt8, room.data(), 8);
    case sql::Value::Type::boolean:
      room[0] = value.boolean() ? 1 : 0;
      return add_bytes(kBool, room.data(), 1);
    case sql::Value::Type::timestamp:
      write_big_endian(std::clamp(value.integer(), kFirst, kLast) - kEpoch, room);
      return add_bytes(0, room.data(), 8);
    case sql::Value::Type::text:
      return add_bytes(kText, value.bytes().text().data(), value.bytes().size());
    case sql::Value::Type::blob:
      return add_bytes(kBytea, value.bytes().text().data(), value.bytes().size());
  }
}

void Parameters::add_bytes(Oid type, const char* data, std::size_t size) noexcept {
  types_.push_back(type);
  // A null pointer would be NULL.
  data_.push_back(data != nullptr ? data : "");
  sizes_.push_back(static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max())));
}

ByteView ResultRow::bytes(int column) const noexcept {
  return {reinterpret_cast<const std::uint8_t*>(::PQgetvalue(result_, row_, column)),
          static_cast<std::size_t>(::PQgetlength(result_, row_, column))};
}

bool ResultRow::is_null(int column) const noexcept { return ::PQgetisnull(result_, row_, column) == 1; }

std::int64_t ResultRow::integer(int column) const noexcept {
  const Oid type = ::PQftype(result_, column);
  return is_integer(type) || type == kBool ? read_big_endian(bytes(column)) : 0;
}

bool ResultRow::boolean(int column) const noexcept { return integer(column) != 0; }

std::string_view ResultRow::text(int column) const noexcept {
  const Oid type = ::PQftype(result_, column);
  // All others' binary form that a store may meet is their text, those of extensions such as citext included.
  bool other = is_integer(type) || type == kBool || type == kBytea || type == kDate || type == kTimestamp ||
               type == kTimestampTz;
  return other || is_null(column) ? std::string_view() : bytes(column).text();
}

ByteView ResultRow::blob(int column) const noexcept {
  return ::PQftype(result_, column) == kBytea && !is_null(column) ? bytes(column) : ByteView();
}

Timestamp ResultRow::timestamp(int column) const noexcept {
  if (is_null(column)) return {};
  const Oid type = ::PQftype(result_, column);
  if (type == kTimestamp || type == kTimestampTz) return moment(read_big_endian(bytes(column)));
  if (type == kDate) return moment(read_big_endian(bytes(column)) * kMicrosecondsPerDay);
  return {};
}

}  // namespace watchword::postgres
