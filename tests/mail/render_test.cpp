#include <watchword/mail/mailer.hpp>

#include "mail/header_text.hpp"
#include "support/catch.hpp"

using namespace watchword;
using mail::Message;

namespace {

const std::string kFrom = "Watchword <no-reply@example.org>";

Message message() {
  return {"0123456789abcdef", "mike@example.com", "Your code", "Hello\nMike\n", Timestamp::from_seconds(1767225600)};
}

std::string rendered(const Message& m, const std::string& from = kFrom) {
  auto text = mail::render(m, from);
  return text ? *text : std::string(text.error().code()) + "/" + std::string(text.error().reason());
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string with_to(const std::string& to) {
  auto m = message();
  m.to = to;
  return rendered(m);
}

std::string with_subject(const std::string& subject) {
  auto m = message();
  m.subject = subject;
  return rendered(m);
}

}  // namespace

TEST_CASE("a message is rendered as RFC 5322 has it") {
  CHECK(rendered(message()) ==
        "From: \"Watchword\" <no-reply@example.org>\r\n"
        "To: mike@example.com\r\n"
        "Subject: Your code\r\n"
        "Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n"
        "Message-ID: <0123456789abcdef@example.org>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "Hello\r\nMike\r\n");
}

TEST_CASE("4.25 no header can be injected") {
  using namespace std::string_literals;
  for (const auto& evil : {"a@b.example\r\nBcc: c@d.example"s,
                           "a@b.example\nBcc: x"s,
                           "a@b.example\0"s,
                           "a@b.example\x7f"s,
                           "a@b.example\xE2\x80\xA8"s,
                           "a@b.example, c@d.example"s,
                           "a@b.example;c@d.example"s,
                           "<a@b.example>"s,
                           "\"a b\"@c.example"s,
                           "a@b@c.example"s,
                           "a b@c.example"s,
                           "@b.example"s,
                           "a@"s,
                           "a@b..example"s,
                           ".a@b.example"s,
                           "a.@b.example"s,
                           "a@[127.0.0.1]"s,
                           ""s,
                           "a"s,
                           "a(comment)@b.example"s,
                           "a\xff@b.example"s}) {
    INFO(evil);
    CHECK(with_to(evil) == "mail_invalid/to");
  }
  for (const auto& evil : {"Hi\r\nBcc: c@d.example"s, "Hi\n there"s, "Hi\0"s, "Hi\x1b[2J"s, "\xff"s}) {
    CHECK(with_subject(evil) == "mail_invalid/subject");
  }
  auto m = message();
  for (const auto& evil : {"a b"s, "a>\r\nX: y"s, "@a"s, "a@"s, "a@b@c"s, "../a"s, ""s}) {
    m.message_id = evil;
    CHECK(rendered(m) == "mail_invalid/message_id");
  }
  for (const auto& evil :
       {"no address"s, "x <a@b.example>\r\nX: y"s, "a\"b <a@b.example>"s, "a <a@b.example"s, ""s, "<>"s}) {
    CHECK(rendered(message(), evil) == "mail_invalid/from");
  }
}

TEST_CASE("addresses keep their local part and take their domain's A-labels") {
  CHECK(has(with_to("Mike+tag@Example.COM"), "\r\nTo: Mike+tag@example.com\r\n"));
  CHECK(has(with_to("mike@b\xC3\xBC"
                    "cher.example"),
            "\r\nTo: mike@xn--bcher-kva.example\r\n"));
  CHECK(has(with_to("zo\xC3\xAB@example.net"), "\r\nTo: zo\xC3\xAB@example.net\r\n"));
  CHECK(has(with_to("root@localhost"), "\r\nTo: root@localhost\r\n"));
}

TEST_CASE("subjects beyond short ASCII become encoded words") {
  CHECK(has(with_subject("Gr\xC3\xBC\xC3\x9F"
                         "e"),
            "\r\nSubject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n"));
  CHECK(has(with_subject("=?UTF-8?B?WA==?="), "\r\nSubject: =?UTF-8?B?PT9VVEYtOD9CP1dBPT0/PQ==?=\r\n"));
  std::string lengthy;
  for (int i = 0; i < 60; ++i) lengthy += "\xE2\x82\xAC";
  const std::string text = with_subject(lengthy);
  for (std::size_t at = 0, end = 0; (end = text.find("\r\n", at)) != std::string::npos; at = end + 2) {
    CHECK(end - at <= 78);
  }
  CHECK(mail::header_text(lengthy).find("\r\n ") != std::string::npos);
}

TEST_CASE("a body survives every transport") {
  CHECK(mail::quoted_printable("a=b\n") == "a=3Db\r\n");
  CHECK(mail::quoted_printable(".\n..\n") == "=2E\r\n=2E.\r\n");
  CHECK(mail::quoted_printable("From here\nFromage\n") == "=46rom here\r\nFromage\r\n");
  CHECK(mail::quoted_printable("end \nend\t\nend ") == "end=20\r\nend=09\r\nend=20\r\n");
  CHECK(mail::quoted_printable("a\rb\r\nc") == "a=0Db=0D\r\nc\r\n");
  CHECK(mail::quoted_printable("\xC3\xA9") == "=C3=A9\r\n");
  CHECK(mail::quoted_printable("") == "");
  const std::string folded = mail::quoted_printable(std::string(75, 'a') + "." + std::string(80, 'b'));
  CHECK(folded == std::string(75, 'a') + "=\r\n=2E" + std::string(72, 'b') + "=\r\n" + std::string(8, 'b') + "\r\n");
}

TEST_CASE("a body that is not UTF-8 or a date beyond writing is refused") {
  auto m = message();
  m.text = "\xff";
  CHECK(rendered(m) == "mail_invalid/text");
  m = message();
  m.date = Timestamp::from_seconds(-1);
  CHECK(rendered(m) == "mail_invalid/date");
  m.date = Timestamp::from_seconds(253402300800);
  CHECK(rendered(m) == "mail_invalid/date");
  m.date = Timestamp::from_seconds(253402300799);
  CHECK(has(rendered(m), "Date: Fri, 31 Dec 9999 23:59:59 +0000"));
}
