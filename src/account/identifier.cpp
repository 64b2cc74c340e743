#include <algorithm>
#include <optional>
#include <utility>

#include <watchword/account/identifier.hpp>

#include "text/text.hpp"

namespace watchword::account {
namespace {

constexpr std::size_t kMostLocalPart = 64;
constexpr std::size_t kMostAddress = 254;
// No spelling of a permitted name is longer than this (an address: kMaxTyped); what is longer is refused before any of
// it is normalised.
constexpr std::size_t kMostTypedUserName = 512;
constexpr std::size_t kFewestCodePoints = 3;
constexpr std::size_t kMostCodePoints = 32;

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

Error name_malformed() noexcept { return {Errc::invalid_input, "name_malformed", "Use UTF-8 in names."}; }

Error email_invalid() noexcept {
  return Error(Errc::invalid_input, "email_invalid", "Use one e-mail address such as name@example.com.")
      .with_field("email");
}

Error email_too_long() noexcept {
  return Error(Errc::invalid_input, "email_too_long",
               "Use an e-mail address of at most 254 bytes, with at most 64 before the @.")
      .with_field("email");
}

Error username_invalid() noexcept {
  return Error(Errc::invalid_input, "username_invalid", "Use letters and digits of one script, and - . _ between them.")
      .with_field("username");
}

Error username_too_short() noexcept {
  return Error(Errc::invalid_input, "username_too_short", "Use a user name of at least 3 characters.")
      .with_field("username");
}

Error username_too_long() noexcept {
  return Error(Errc::invalid_input, "username_too_long", "Use a user name of at most 32 characters.")
      .with_field("username");
}

Error credentials_invalid() noexcept {
  return {Errc::unauthenticated, "credentials_invalid", "The name or the password is wrong."};
}

bool is_ascii_letter_or_digit(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// RFC 5322 3.2.3 atext, and any character beyond ASCII (RFC 6531 3.3).
bool is_atom_character(char c) noexcept {
  constexpr std::string_view kSpecials = "!#$%&'*+-/=?^_`{|}~";
  bool ascii = static_cast<unsigned char>(c) < 0x80;
  return !ascii || is_ascii_letter_or_digit(c) || kSpecials.find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view local) noexcept {
  char before = '.';
  for (char c : local) {
    if (c == '.' ? before == '.' : !is_atom_character(c)) return false;
    before = c;
  }
  return before != '.';
}

/// Text that looks like another: U+200B is invisible, and U+FF20 becomes an @ as soon as somebody normalises.
bool is_deceptive(std::string_view utf8) {
  return text::has_control(utf8) || text::has_odd_space(utf8) || text::has_compatibility_form(utf8);
}

std::ptrdiff_t dots_in(std::string_view name) noexcept { return std::count(name.begin(), name.end(), '.'); }

struct AddressParts final {
  std::string_view local;
  std::string_view domain;
};

std::optional<AddressParts> split(std::string_view address) noexcept {
  std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  return AddressParts{address.substr(0, at), address.substr(at + 1)};
}

std::string address_key(const AddressParts& parts, std::string_view ascii_domain) {
  std::string key = *text::nfc_casefold(parts.local);
  key += '@';
  key += ascii_domain;
  return key;
}

/// For well-formed UTF-8 in NFC.
std::string lenient_address_key(std::string_view address) {
  auto parts = split(address);
  auto domain = parts ? text::domain_to_ascii(parts->domain) : std::nullopt;
  return domain ? address_key(*parts, *domain) : *text::nfc_casefold(address);
}

Result<std::string> key_of_address(std::string_view stored) {
  auto nfc = text::nfc(stored);
  if (!nfc) return name_malformed();
  return lenient_address_key(*nfc);
}

Result<std::string> key_of_user_name(std::string_view stored) {
  auto key = text::nfkc_casefold(stored);
  if (!key) return name_malformed();
  return *std::move(key);
}

struct Names final {
  std::string stored;
  std::string key;
};

Result<Names> address_of(std::string_view typed) {
  if (typed.size() > EmailAddress::kMaxTyped) return email_too_long();
  auto nfc = text::nfc(typed);
  auto parts = nfc ? split(*nfc) : std::nullopt;
  if (!parts || is_deceptive(*nfc) || !is_dot_atom(parts->local)) return email_invalid();
  auto domain = text::domain_to_ascii(parts->domain);
  // U+3002 is a dot to IDNA; an address that is stored with it would name another domain to other software.
  if (!domain || dots_in(*domain) != dots_in(parts->domain)) return email_invalid();
  if (parts->local.size() > kMostLocalPart || nfc->size() > kMostAddress) return email_too_long();
  if (parts->local.size() + 1 + domain->size() > kMostAddress) return email_too_long();
  std::string key = address_key(*parts, *domain);
  return Names{*std::move(nfc), std::move(key)};
}

Result<Names> user_name_of(std::string_view typed) {
  if (typed.size() > kMostTypedUserName) return username_too_long();
  auto nfc = text::nfc(typed);
  if (!nfc) return username_invalid();
  std::size_t length = *text::count_code_points(*nfc);
  if (length < kFewestCodePoints) return username_too_short();
  if (length > kMostCodePoints) return username_too_long();
  if (is_deceptive(*nfc) || !text::is_identifier(*nfc)) return username_invalid();
  if (text::mixes_scripts(*nfc) || text::mixes_directions(*nfc) || text::mixes_digits(*nfc)) return username_invalid();
  auto key = text::nfkc_casefold(*nfc);
  return Names{*std::move(nfc), *std::move(key)};
}

}  // namespace

Result<EmailAddress> EmailAddress::parse(std::string_view typed) noexcept {
  try {
    auto names = address_of(typed);
    if (!names) return names.error();
    EmailAddress address;
    address.stored_ = std::move(names->stored);
    address.key_ = std::move(names->key);
    return address;
  } catch (...) {
    return out_of_memory();
  }
}

Result<UserName> UserName::parse(std::string_view typed) noexcept {
  try {
    auto names = user_name_of(typed);
    if (!names) return names.error();
    UserName name;
    name.stored_ = std::move(names->stored);
    name.key_ = std::move(names->key);
    return name;
  } catch (...) {
    return out_of_memory();
  }
}

Result<LoginName> LoginName::parse(std::string_view typed) noexcept {
  if (typed.empty() || typed.size() > kMaxTyped) return credentials_invalid();
  // Not every database can hold a NUL in a text, so nobody is called so.
  if (typed.find('\0') != std::string_view::npos) return credentials_invalid();
  try {
    auto email_key = key_of_address(typed);
    auto username_key = key_of_user_name(typed);
    if (!email_key || !username_key) return credentials_invalid();
    LoginName name;
    name.address_first_ = typed.find('@') != std::string_view::npos;
    name.email_key_ = *std::move(email_key);
    name.username_key_ = *std::move(username_key);
    name.typed_ = typed;
    return name;
  } catch (...) {
    return out_of_memory();
  }
}

Result<std::string> key_of_stored_email(std::string_view stored) noexcept {
  try {
    return key_of_address(stored);
  } catch (...) {
    return out_of_memory();
  }
}

Result<std::string> key_of_stored_username(std::string_view stored) noexcept {
  try {
    return key_of_user_name(stored);
  } catch (...) {
    return out_of_memory();
  }
}

}  // namespace watchword::account
