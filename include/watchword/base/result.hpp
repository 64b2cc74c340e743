#pragma once

#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

#include <watchword/base/error.hpp>

namespace watchword {

/// Either a T or an Error, with the member names of C++23's std::expected, and the same type in every standard.
/// Nothing in this library throws; reading value() of an error, or error() of a value, aborts the process.
template <class T>
class [[nodiscard]] Result final {
 public:
  using value_type = T;
  using error_type = Error;

  Result(T value) noexcept(std::is_nothrow_move_constructible<T>::value) : value_(std::move(value)), has_(true) {}
  Result(Error error) noexcept : error_(error), has_(false) {}
  Result(const Result& other) : has_(other.has_) { copy_from(other); }
  Result(Result&& other) noexcept(std::is_nothrow_move_constructible<T>::value) : has_(other.has_) {
    move_from(std::move(other));
  }
  Result& operator=(Result other) noexcept(std::is_nothrow_move_constructible<T>::value) {
    clear();
    has_ = other.has_;
    move_from(std::move(other));
    return *this;
  }
  ~Result() { clear(); }

  bool has_value() const noexcept { return has_; }
  explicit operator bool() const noexcept { return has_; }

  T& value() & noexcept { return require(has_), value_; }
  const T& value() const& noexcept { return require(has_), value_; }
  T&& value() && noexcept { return require(has_), std::move(value_); }
  const Error& error() const noexcept { return require(!has_), error_; }

  T& operator*() & noexcept { return value(); }
  const T& operator*() const& noexcept { return value(); }
  T&& operator*() && noexcept { return std::move(*this).value(); }
  T* operator->() noexcept { return &value(); }
  const T* operator->() const noexcept { return &value(); }

  template <class U>
  T value_or(U&& fallback) const& {
    return has_ ? value_ : static_cast<T>(std::forward<U>(fallback));
  }

 private:
  static void require(bool condition) noexcept {
    if (!condition) std::abort();
  }
  void copy_from(const Result& other) {
    if (has_) {
      ::new (static_cast<void*>(&value_)) T(other.value_);
    } else {
      ::new (static_cast<void*>(&error_)) Error(other.error_);
    }
  }
  void move_from(Result&& other) {
    if (has_) {
      ::new (static_cast<void*>(&value_)) T(std::move(other.value_));
    } else {
      ::new (static_cast<void*>(&error_)) Error(other.error_);
    }
  }
  void clear() noexcept {
    if (has_) {
      value_.~T();
    } else {
      error_.~Error();
    }
  }

  union {
    T value_;
    Error error_;
  };
  bool has_;
};

/// Success without a value, or an Error: `return {};` succeeds.
template <>
class [[nodiscard]] Result<void> final {
 public:
  using value_type = void;
  using error_type = Error;

  Result() noexcept : error_(Errc::internal, "", ""), has_(true) {}
  Result(Error error) noexcept : error_(error), has_(false) {}

  bool has_value() const noexcept { return has_; }
  explicit operator bool() const noexcept { return has_; }
  void value() const noexcept {
    if (!has_) std::abort();
  }
  const Error& error() const noexcept {
    if (has_) std::abort();
    return error_;
  }

 private:
  Error error_;
  bool has_;
};

}  // namespace watchword
