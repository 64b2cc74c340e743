#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

#include "json/value_data.hpp"

namespace watchword::json {

/// Builds a Value from the parser's events and ends it, by returning false, at what RFC 8259 leaves open.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(std::size_t depth) : most_depth_(depth) {}

  Value take() { return std::move(root_); }
  const char* refusal() const noexcept { return refusal_; }
  std::size_t position() const noexcept { return position_; }

  bool null() override { return add(Value()); }
  bool boolean(bool value) override { return add(made(value)); }
  bool number_integer(number_integer_t value) override { return add(made(std::int64_t{value})); }
  bool number_unsigned(number_unsigned_t value) override {
    constexpr auto most = static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    if (value > most) return add(made(static_cast<double>(value)));
    return add(made(static_cast<std::int64_t>(value)));
  }
  bool number_float(number_float_t value, const string_t&) override { return add(made(double{value})); }
  bool string(string_t& value) override { return add(made(std::move(value))); }
  bool binary(binary_t&) override { return refuse("binary"); }

  bool start_object(std::size_t) override { return open(made(Value::Data::Members())); }
  bool key(string_t& name) override {
    open_.back().name = std::move(name);
    return true;
  }
  bool end_object() override {
    if (has_duplicates(std::get<Value::Data::Members>(open_.back().value.data_->held))) {
      return refuse("duplicate name");
    }
    return close();
  }
  bool start_array(std::size_t) override { return open(made(Value::Data::Elements())); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    position_ = position;
    return refuse("syntax");
  }

 private:
  /// An array or object that has not ended; `name` is that of its next member.
  struct Open {
    Value value;
    std::string name;
  };

  template <class T>
  static Value made(T held) {
    Value value;
    value.data_ = std::make_unique<Value::Data>();
    value.data_->held = std::move(held);
    return value;
  }

  static bool has_duplicates(const Value::Data::Members& members) {
    std::vector<std::string_view> names;
    names.reserve(members.size());
    for (const auto& member : members) names.emplace_back(member.first);
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
  }

  bool add(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return true;
    }
    auto& outer = open_.back();
    auto& held = outer.value.data_->held;
    if (auto* elements = std::get_if<Value::Data::Elements>(&held)) {
      elements->push_back(std::move(value));
    } else {
      std::get<Value::Data::Members>(held).emplace_back(std::move(outer.name), std::move(value));
    }
    return true;
  }

  bool open(Value value) {
    if (open_.size() >= most_depth_) return refuse("depth");
    open_.push_back({std::move(value), {}});
    return true;
  }

  bool close() {
    Value value = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(value));
  }

  bool refuse(const char* why) {
    refusal_ = why;
    return false;
  }

  std::size_t most_depth_;
  std::vector<Open> open_;
  Value root_;
  const char* refusal_ = "";
  std::size_t position_ = 0;
};

namespace {

Error invalid(std::string_view why) noexcept {
  return Error(Errc::invalid_input, "json_invalid", "Send valid JSON.").with_reason(why);
}

Result<Value> build(std::string_view text, const Limits& limits) {
  Builder builder(limits.depth);
  if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return builder.take();
  Error error = invalid(builder.refusal());
  if (builder.position() > 0) error.append_reason(" at byte " + std::to_string(builder.position()));
  return error;
}

}  // namespace

Result<Value> parse(std::string_view text, const Limits& limits) noexcept {
  if (text.size() > limits.bytes) return invalid("size");
  // The parser takes a NUL for the end of its input and skips a BOM; RFC 8259 allows neither.
  if (text.find('\0') != std::string_view::npos) return invalid("NUL");
  if (text.substr(0, 3) == "\xef\xbb\xbf") return invalid("byte order mark");
  try {
    return build(text, limits);
  } catch (...) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  }
}

}  // namespace watchword::json
