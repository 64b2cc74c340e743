#include <optional>
#include <string>

#include <watchword/password/password_policy.hpp>

#include "base/contained.hpp"
#include "password/common_passwords.hpp"
#include "password/typed_password.hpp"
#include "text/text.hpp"

namespace watchword {
namespace {

Error too_short() noexcept {
  return Error(Errc::invalid_input, "password_too_short", "Use a longer password.").with_field("password");
}

Error common() noexcept {
  return Error(Errc::invalid_input, "password_common", "Use a password that is not among the commonest.")
      .with_field("password");
}

Error is_name() noexcept {
  return Error(Errc::invalid_input, "password_is_name", "Use a password that is not your own name or address.")
      .with_field("password");
}

Error is_product() noexcept {
  return Error(Errc::invalid_input, "password_is_product", "Use a password that is not a name of this service.")
      .with_field("password");
}

Error bad_policy(Literal message) noexcept { return {Errc::misconfigured, "password_policy", message}; }

/// Folded text that is a password or is compared with one, so it is wiped.
class Folded final {
 public:
  explicit Folded(std::string_view utf8) : text_(text::nfkc_casefold(utf8)) {}
  Folded(const Folded&) = delete;
  Folded& operator=(const Folded&) = delete;
  ~Folded() {
    if (text_) secure_zero(text_->data(), text_->size());
  }
  const std::optional<std::string>& text() const noexcept { return text_; }

 private:
  std::optional<std::string> text_;
};

}  // namespace

Result<PasswordPolicy> PasswordPolicy::create(const PasswordPolicyOptions& options) noexcept {
  if (options.min_code_points < 8 || options.min_code_points > 64 || options.max_code_points < 64 ||
      options.max_code_points > kMaxBytes) {
    return bad_policy("Use a minimum of 8 to 64 code points and a maximum of 64 to 1024.");
  }
  return contained([&]() -> Result<PasswordPolicy> {
    PasswordPolicyOptions folded = options;
    for (auto& word : folded.product_words) {
      auto text = text::nfkc_casefold(word);
      if (!text) return bad_policy("Use product words that are UTF-8.");
      word = *std::move(text);
    }
    return PasswordPolicy(std::move(folded));
  });
}

Result<void> PasswordPolicy::check(const Password& password,
                                   std::initializer_list<std::string_view> own_names) const noexcept {
  auto typed = password::TypedPassword::create(password);
  if (!typed) return typed.error();
  if (typed->code_points() < options_.min_code_points) return too_short();
  if (typed->code_points() > options_.max_code_points) return password::password_too_long();
  return contained([&]() -> Result<void> {
    Folded folded(typed->nfc().text());
    if (options_.refuse_common && password::is_common(*folded.text())) return common();
    for (std::string_view name : own_names) {
      // A longer name cannot equal a password, and must not cost the work of folding it.
      if (name.size() <= kMaxBytes && folded.text() == Folded(name).text()) return is_name();
    }
    for (const std::string& word : options_.product_words) {
      if (folded.text() == word) return is_product();
    }
    return {};
  });
}

}  // namespace watchword
