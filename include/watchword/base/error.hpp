#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <watchword/base/time.hpp>

namespace watchword {

/// What the caller has to do about an error. The set is closed: a switch over it needs no default.
enum class Errc : std::uint8_t {
  invalid_input,     ///< fix the input; field() names the offending one
  unauthenticated,   ///< sign in again; the credential is wrong, expired, revoked or absent
  step_up_required,  ///< authenticated, but a fresh or further factor is needed
  forbidden,         ///< authenticated, and refused all the same
  not_found,         ///< no such thing, or none that the caller may know of
  conflict,          ///< taken by another, or changed meanwhile
  rate_limited,      ///< too many attempts; wait retry_after()
  overloaded,        ///< shed to protect the server; nothing was done; wait retry_after()
  unavailable,       ///< a store or service does not answer; nothing was done; retry later
  outcome_unknown,   ///< the commit may or may not have happened; retrying the same request is safe
  misconfigured,     ///< an operator must change the configuration; reason() says what
  internal,          ///< a defect, or a damaged database; page an operator
};

/// The name of a kind, as in the enumeration ("invalid_input").
constexpr const char* to_string(Errc kind) noexcept {
  constexpr const char* names[] = {"invalid_input", "unauthenticated", "step_up_required", "forbidden",
                                   "not_found",     "conflict",        "rate_limited",     "overloaded",
                                   "unavailable",   "outcome_unknown", "misconfigured",    "internal"};
  return names[static_cast<std::size_t>(kind)];
}

/// A string literal: text of static storage duration, so that an Error can keep the pointer.
class Literal final {
 public:
  template <std::size_t N>
  constexpr Literal(const char (&text)[N]) noexcept : text_(text) {}
  constexpr const char* c_str() const noexcept { return text_; }

 private:
  const char* text_;
};

/// Why an operation failed. Has a public face (kind, code, field, message: safe to show to the client) and a private
/// one (reason: for audit and logs only; it never holds a secret). Allocates nothing and cannot fail.
class Error final {
 public:
  /// `code` is stable over versions ("username_taken"); `message` is one English sentence that says what to do.
  Error(Errc kind, Literal code, Literal message) noexcept
      : code_(code.c_str()), message_(message.c_str()), kind_(kind) {}

  Errc kind() const noexcept { return kind_; }
  std::string_view code() const noexcept { return code_; }
  std::string_view message() const noexcept { return message_; }
  /// The request field at fault, "" where none is.
  std::string_view field() const noexcept { return field_; }
  /// How long to wait before trying again; zero where waiting is no remedy.
  Lifetime retry_after() const noexcept { return retry_after_; }
  /// Private detail, at most 239 bytes (longer ones are cut at a character); "" where there is none.
  std::string_view reason() const noexcept { return {reason_, reason_size_}; }

  Error&& with_field(Literal field) && noexcept {
    field_ = field.c_str();
    return static_cast<Error&&>(*this);
  }
  Error&& with_retry_after(Lifetime wait) && noexcept {
    retry_after_ = wait;
    return static_cast<Error&&>(*this);
  }
  /// Appends to the private reason.
  Error&& with_reason(std::string_view detail) && noexcept {
    append_reason(detail);
    return static_cast<Error&&>(*this);
  }
  void append_reason(std::string_view detail) noexcept {
    std::size_t room = sizeof reason_ - 1 - reason_size_;
    std::size_t size = detail.size();
    if (size > room) {
      size = room;
      while (size > 0 && (static_cast<unsigned char>(detail[size]) & 0xC0U) == 0x80U) --size;
    }
    if (size > 0) std::memcpy(reason_ + reason_size_, detail.data(), size);
    reason_size_ = static_cast<std::uint8_t>(reason_size_ + size);
  }

 private:
  const char* code_;
  const char* message_;
  const char* field_ = "";
  Lifetime retry_after_{};
  Errc kind_;
  std::uint8_t reason_size_ = 0;
  char reason_[240] = {};
};

}  // namespace watchword
