#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include <watchword/base/owned.hpp>

namespace watchword {

template <class Signature>
class FunctionRef;

/// A reference to a callable object (not a plain function) that outlives the call; never owns, never allocates.
template <class R, class... Args>
class FunctionRef<R(Args...)> final {
 public:
  template <class F, class = std::enable_if_t<!std::is_same<std::decay_t<F>, FunctionRef>::value>>
  FunctionRef(F&& f) noexcept
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(f)))),
        call_([](void* object, Args... args) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(object))(std::forward<Args>(args)...);
        }) {}
  R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

template <class Signature>
class Function;

/// An owned, move-only callable (std::move_only_function is C++23, <functional> is slow to compile). Calling an empty
/// one is undefined; test it with operator bool.
template <class R, class... Args>
class Function<R(Args...)> final {
 public:
  Function() noexcept = default;
  Function(std::nullptr_t) noexcept {}
  template <class F, class = std::enable_if_t<!std::is_same<std::decay_t<F>, Function>::value>>
  Function(F&& f) : target_(std::make_unique<Target<std::decay_t<F>>>(std::forward<F>(f))) {}
  explicit operator bool() const noexcept { return static_cast<bool>(target_); }
  R operator()(Args... args) { return target_->call(std::forward<Args>(args)...); }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual R call(Args... args) = 0;
  };
  template <class F>
  struct Target final : Base {
    explicit Target(F f) : f_(std::move(f)) {}
    R call(Args... args) override { return f_(std::forward<Args>(args)...); }
    F f_;
  };
  Owned<Base> target_;
};

}  // namespace watchword
