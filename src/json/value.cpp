#include "json/value_data.hpp"

namespace watchword::json {
namespace {

template <class T>
const T* held_as(const auto& data) noexcept {
  return data ? std::get_if<T>(&data->held) : nullptr;
}

}  // namespace

Value::Value() noexcept = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

bool Value::is_object() const noexcept { return held_as<Data::Members>(data_) != nullptr; }
bool Value::is_array() const noexcept { return held_as<Data::Elements>(data_) != nullptr; }
bool Value::is_null() const noexcept { return data_ == nullptr; }

std::optional<std::string_view> Value::text() const noexcept {
  const auto* text = held_as<std::string>(data_);
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

std::optional<std::int64_t> Value::integer() const noexcept {
  const auto* integer = held_as<std::int64_t>(data_);
  return integer ? std::optional(*integer) : std::nullopt;
}

std::optional<double> Value::number() const noexcept {
  if (const auto* number = held_as<double>(data_)) return *number;
  if (const auto* integer = held_as<std::int64_t>(data_)) return static_cast<double>(*integer);
  return std::nullopt;
}

std::optional<bool> Value::boolean() const noexcept {
  const auto* boolean = held_as<bool>(data_);
  return boolean ? std::optional(*boolean) : std::nullopt;
}

const Value* Value::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : members()) {
    if (key == name) return &value;
  }
  return nullptr;
}

const std::vector<Value>& Value::elements() const noexcept {
  static const Data::Elements none;
  const auto* elements = held_as<Data::Elements>(data_);
  return elements ? *elements : none;
}

const std::vector<std::pair<std::string, Value>>& Value::members() const noexcept {
  static const Data::Members none;
  const auto* members = held_as<Data::Members>(data_);
  return members ? *members : none;
}

}  // namespace watchword::json
