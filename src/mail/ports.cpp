#include <watchword/mail/dispatcher.hpp>
#include <watchword/mail/mailer.hpp>
#include <watchword/mail/outbox.hpp>

namespace watchword::mail {

Mailer::~Mailer() = default;
Outbox::~Outbox() = default;
Composer::~Composer() = default;

}  // namespace watchword::mail
