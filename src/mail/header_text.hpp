#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace watchword::mail {

/// The addr-spec of one address as a header field may hold it: a dot-atom, `@`, a domain in A-labels. A local part
/// beyond ASCII stays UTF-8, since it has no other form (RFC 6532). Nothing for all else: quoted local parts, comments,
/// lists, domain literals, controls. May throw std::bad_alloc.
std::optional<std::string> header_address(std::string_view address);

/// A field's text: as it is where that is plain ASCII and short, else as encoded words (RFC 2047) of at most 75
/// characters, folded. The text is UTF-8 without controls. May throw std::bad_alloc.
std::string header_text(std::string_view text);

/// A body in quoted-printable (RFC 2045 section 6.7) with CRLF line ends of at most 76 characters. A dot or "From " at
/// the start of a line is encoded too, so that no transport can mistake it. Leaves no copies of
/// what it returns. May throw std::bad_alloc.
std::string quoted_printable(std::string_view text);

}  // namespace watchword::mail
