#pragma once

#include <memory>
#include <string>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/base/time.hpp>

namespace watchword::mail {

/// One message to one address. Text is UTF-8. Header fields are refused if they hold a control character.
struct Message final {
  std::string message_id;  ///< without angle brackets; the same at every try
  std::string to;          ///< one address, as the account has it
  std::string subject;
  std::string text;  ///< body; line ends LF; may hold a code: wipe what copies are made
  Timestamp date;
};

/// Port: hands a message on. Called on a background thread, one message at a time; may block for a bounded time.
class WATCHWORD_EXPORT Mailer {
 public:
  virtual ~Mailer();
  /// Success: somebody else is responsible for it now. Errors: of kind unavailable: it is tried again later;
  /// of any other kind: it never will be sent.
  virtual Result<void> send(const Message& message) noexcept = 0;

 protected:
  Mailer() = default;
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;
};

/// The message as RFC 5322 and MIME have it: CRLF line ends, folded headers, encoded words, quoted-printable or base64
/// body in UTF-8. Error: `mail_invalid` (invalid_input): a header field with a control character, an address that is
/// not one.
WATCHWORD_EXPORT Result<std::string> render(const Message& message, const std::string& from) noexcept;

/// Writes one .eml file (mode 0600) for each message into a folder, named by time and Message-ID; the same message
/// again replaces its file. The folder is made where there is none. Errors: `mail_folder`, `mail_from` (misconfigured:
/// no address, or name and address in angle brackets); at send(): `mail_unwritable` (unavailable), `mail_invalid`
/// (invalid_input).
WATCHWORD_EXPORT Result<std::unique_ptr<Mailer>> make_file_mailer(const std::string& folder,
                                                                  const std::string& from) noexcept;

}  // namespace watchword::mail
