#include <watchword/recovery/mail_composer.hpp>

#include "base/contained.hpp"

namespace watchword::recovery {
namespace {

/// For the whole text: as it grew it would leave copies of the code.
constexpr std::size_t kRoom = 512;

std::string reset_text(std::string_view code, Lifetime valid) {
  std::string text;
  text.reserve(kRoom);
  text +=
      "Somebody, probably you, asked for a new password for your account.\n"
      "Your code is:\n\n    ";
  text.append(code);
  text += "\n\nIt is valid for " + std::to_string(valid.seconds() / 60) +
          " minutes and works once. Enter it where you asked for it.\n\n"
          "If you did not ask for it, ignore this mail: your password stays as it is.\n";
  return text;
}

class MailComposer final : public mail::Composer {
 public:
  explicit MailComposer(const onetime::OneTimeCodes& codes) noexcept : codes_(codes) {}

  Result<mail::Message> compose(const mail::OutboxEntry& entry) noexcept override {
    return contained([&]() -> Result<mail::Message> {
      if (entry.kind == "password_reset") return reset_message(entry);
      if (entry.kind == "password_changed") return changed_message(entry);
      return Error(Errc::internal, "mail_kind_unknown", "There is no text for this kind of mail.");
    });
  }

 private:
  Result<mail::Message> reset_message(const mail::OutboxEntry& entry) const {
    auto code = codes_.reveal(onetime::Purpose::password_reset, entry.subject_id, entry.created_at);
    if (!code) return code.error();
    return mail::Message{entry.id.text(), entry.to, "Your password reset code",
                         reset_text(code->reveal().text(), entry.expires_at - entry.created_at), entry.created_at};
  }

  static Result<mail::Message> changed_message(const mail::OutboxEntry& entry) {
    return mail::Message{entry.id.text(), entry.to, "Your password was changed",
                         "The password of your account was changed, and its other sessions were ended.\n\n"
                         "If that was not you, ask for a password reset now: it ends every session again.\n",
                         entry.created_at};
  }

  const onetime::OneTimeCodes& codes_;
};

}  // namespace

Result<std::unique_ptr<mail::Composer>> make_mail_composer(const onetime::OneTimeCodes& codes) noexcept {
  return contained([&]() -> Result<std::unique_ptr<mail::Composer>> {
    return std::unique_ptr<mail::Composer>(std::make_unique<MailComposer>(codes));
  });
}

}  // namespace watchword::recovery
