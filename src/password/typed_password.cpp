#include "password/typed_password.hpp"

#include <utility>

#include <watchword/password/password_policy.hpp>

#include "text/text.hpp"

namespace watchword::password {
namespace {

Error password_invalid() noexcept {
  return Error(Errc::invalid_input, "password_invalid", "Use text without NUL characters as a password.")
      .with_field("password");
}

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

Result<Secret> nfc_of(std::string_view typed) noexcept {
  try {
    auto text = text::nfc(typed);
    if (!text) return password_invalid();
    auto secret = Secret::copy_of(std::string_view(*text));
    secure_zero(text->data(), text->size());
    return secret;
  } catch (...) {
    return out_of_memory();
  }
}

}  // namespace

Error password_too_long() noexcept {
  return Error(Errc::invalid_input, "password_too_long", "Use a shorter password.").with_field("password");
}

TypedPassword::TypedPassword(ByteView typed, Secret nfc, std::size_t code_points) noexcept
    : typed_(typed), nfc_(std::move(nfc)), code_points_(code_points) {}

Result<TypedPassword> TypedPassword::create(const Password& password) noexcept {
  std::string_view typed = password.reveal();
  if (typed.size() > PasswordPolicy::kMaxBytes) return password_too_long();
  if (typed.find('\0') != std::string_view::npos) return password_invalid();
  auto nfc = nfc_of(typed);
  if (!nfc) return nfc.error();
  auto count = text::count_code_points(nfc->reveal().text());
  return TypedPassword(typed, *std::move(nfc), *count);
}

}  // namespace watchword::password
