#pragma once

namespace watchword::sql {

/// While one lives, this thread is inside of a database: what begins a transaction or read of it meanwhile would wait
/// for itself. Lives on the stack.
class NestedCall final {
 public:
  explicit NestedCall(const void* database) noexcept : database_(database), outer_(innermost()) { innermost() = this; }
  NestedCall(const NestedCall&) = delete;
  NestedCall& operator=(const NestedCall&) = delete;
  ~NestedCall() { innermost() = outer_; }

  static bool inside(const void* database) noexcept {
    for (const NestedCall* call = innermost(); call != nullptr; call = call->outer_) {
      if (call->database_ == database) return true;
    }
    return false;
  }

 private:
  static NestedCall*& innermost() noexcept {
    static thread_local NestedCall* call = nullptr;
    return call;
  }

  const void* database_;
  NestedCall* outer_;
};

}  // namespace watchword::sql
