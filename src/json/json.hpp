#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>

namespace watchword::json {

struct Limits final {
  std::size_t bytes = 64 * 1024;
  std::size_t depth = 16;
};

/// A parsed value; immutable. Reading it as another type than it has gives nothing, never a conversion.
class WATCHWORD_EXPORT Value final {
 public:
  Value() noexcept;
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  Value(Value&&) noexcept;
  Value& operator=(Value&&) noexcept;
  ~Value();

  bool is_object() const noexcept;
  bool is_array() const noexcept;
  bool is_null() const noexcept;
  std::optional<std::string_view> text() const noexcept;
  /// An integer without fraction or exponent, within int64.
  std::optional<std::int64_t> integer() const noexcept;
  std::optional<double> number() const noexcept;
  std::optional<bool> boolean() const noexcept;
  /// The member of that name; null where there is none or this is no object. Lives as long as this value.
  const Value* find(std::string_view name) const noexcept;
  /// Elements of an array; empty where this is none.
  const std::vector<Value>& elements() const noexcept;
  /// Members of an object in order; empty where this is none.
  const std::vector<std::pair<std::string, Value>>& members() const noexcept;

 private:
  friend class Builder;
  struct Data;
  std::unique_ptr<Data> data_;
};

/// RFC 8259, strictly: one value and nothing after it but white space, no BOM, valid UTF-8 without lone surrogates, no
/// duplicate names (compared unescaped), no NaN, numbers within double. Error: `json_invalid` (invalid_input), its
/// reason says where.
WATCHWORD_EXPORT Result<Value> parse(std::string_view text, const Limits& limits = {}) noexcept;

/// Writes compact JSON in the order of the calls. Strings must be UTF-8; each invalid byte becomes U+FFFD. Also escapes
/// DEL, the C1 controls, U+2028, U+2029, the BOM and the marks that change direction, so that one value stays on one
/// line of a log and reads as it is. May throw std::bad_alloc.
class WATCHWORD_EXPORT Writer final {
 public:
  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& name(std::string_view name);
  Writer& text(std::string_view value);
  Writer& integer(std::int64_t value);
  Writer& boolean(bool value);
  Writer& null();
  /// A JSON text that is already well-formed.
  Writer& raw(std::string_view json);
  std::string take() { return std::move(out_); }
  const std::string& view() const noexcept { return out_; }

 private:
  void separate();
  std::string out_;
  bool need_comma_ = false;
};

}  // namespace watchword::json
