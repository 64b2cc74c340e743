#pragma once

#include <memory>
#include <utility>

namespace watchword {

/// Owns what a class hides from its header: std::unique_ptr less all that makes it slow to compile. Never copied.
template <class T>
class Owned final {
 public:
  Owned() noexcept = default;
  Owned(std::unique_ptr<T> object) noexcept : object_(object.release()) {}
  Owned(Owned&& other) noexcept : object_(other.release()) {}
  Owned& operator=(Owned&& other) noexcept {
    T* taken = other.release();
    delete object_;
    object_ = taken;
    return *this;
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() { delete object_; }

  T* get() const noexcept { return object_; }
  T* operator->() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  /// The object is the caller's from now on.
  T* release() noexcept {
    T* object = object_;
    object_ = nullptr;
    return object;
  }

 private:
  T* object_ = nullptr;
};

}  // namespace watchword
