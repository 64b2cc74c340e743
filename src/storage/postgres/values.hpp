#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include <libpq-fe.h>

#include <watchword/storage/sql.hpp>

/// Values as PostgreSQL's binary protocol has them.
namespace watchword::postgres {

/// The parameters of one call. Refers to the values' text and blobs. May throw std::bad_alloc when it is made.
class Parameters final {
 public:
  explicit Parameters(std::initializer_list<sql::Value> values);
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  int count() const noexcept { return static_cast<int>(data_.size()); }
  const Oid* types() const noexcept { return types_.data(); }
  const char* const* data() const noexcept { return data_.data(); }
  const int* sizes() const noexcept { return sizes_.data(); }
  const int* formats() const noexcept { return formats_.data(); }

 private:
  using Number = std::array<char, 8>;
  void add(const sql::Value& value, Number& room) noexcept;
  void add_bytes(Oid type, const char* data, std::size_t size) noexcept;

  std::vector<Number> numbers_;
  std::vector<Oid> types_;
  std::vector<const char*> data_;
  std::vector<int> sizes_;
  std::vector<int> formats_;
};

/// One row of a result in binary.
class ResultRow final : public sql::Row {
 public:
  explicit ResultRow(const PGresult* result) noexcept : result_(result) {}
  void move_to(int row) noexcept { row_ = row; }

  bool is_null(int column) const noexcept override;
  std::int64_t integer(int column) const noexcept override;
  bool boolean(int column) const noexcept override;
  std::string_view text(int column) const noexcept override;
  ByteView blob(int column) const noexcept override;
  Timestamp timestamp(int column) const noexcept override;

 private:
  ByteView bytes(int column) const noexcept;

  const PGresult* result_;
  int row_ = 0;
};

}  // namespace watchword::postgres
