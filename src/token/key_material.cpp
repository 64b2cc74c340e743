#include "token/key_material.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace watchword {
namespace {

using namespace std::string_view_literals;

constexpr std::array kPublicPrefixes = {
    "-----BEGIN"sv,
    "---- BEGIN"sv,
    "ssh-"sv,
    "ecdsa-"sv,
    "sk-ssh-"sv,
    "sk-ecdsa-"sv,
    // OpenSSH's body without its name
    "AAAAB3NzaC1"sv,
    "AAAAC3NzaC1"sv,
    "AAAAE2VjZHNh"sv,
    // PEM's body without its first line: P-256, Ed25519, PKCS #1 of 2048 and 4096 bits
    "MFkwEwYHKoZIzj0CAQ"sv,
    "MCowBQYDK2Vw"sv,
    "MIIBCgKCAQEA"sv,
    "MIICCgKCAgEA"sv,
    // DER of an Ed25519 key
    "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70"sv,
};

/// Algorithm identifiers inside DER: RSA and elliptic curves.
constexpr std::array kDerInner = {"\x2a\x86\x48\x86\xf7\x0d\x01\x01"sv, "\x2a\x86\x48\xce\x3d\x02\x01"sv};

constexpr std::array kPlaceholders = {
    "changeme"sv,       "changethis"sv,  "changeinprod"sv,    "yoursecret"sv,    "yoursupersecret"sv,
    "yourjwtsecret"sv,  "placeholder"sv, "replaceme"sv,       "replacethis"sv,   "insertyour"sv,
    "secretkeyhere"sv,  "secrethere"sv,  "examplekey"sv,      "examplesecret"sv, "notasecret"sv,
    "supersecretkey"sv, "mysecretkey"sv, "useinproduction"sv, "secretkeyfor"sv,
};

std::string_view without_padding(std::string_view text) noexcept {
  while (!text.empty()) {
    auto first = static_cast<unsigned char>(text.front());
    if (first <= 0x20) {
      text.remove_prefix(1);
    } else if (text.substr(0, 3) == "\xef\xbb\xbf") {
      text.remove_prefix(3);
    } else {
      break;
    }
  }
  return text;
}

bool contains(std::string_view text, std::string_view part) noexcept {
  return text.find(part) != std::string_view::npos;
}

bool is_der(std::string_view text) noexcept {
  if (text.substr(0, 1) != "\x30") return false;
  bool pkcs1 = text.substr(0, 2) == "\x30\x82" && text.substr(4, 2) == "\x02\x82";
  return pkcs1 || std::any_of(kDerInner.begin(), kDerInner.end(), [&](auto id) { return contains(text, id); });
}

bool is_base64_of_rsa(std::string_view text) noexcept {
  return text.substr(0, 3) == "MII" && contains(text, "qhkiG9w0BAQ");
}

bool is_jwk(std::string_view text) noexcept { return text.substr(0, 1) == "{" && contains(text, "\"kty\""); }

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Whether `text`, without regard to case and to anything but letters, contains `words`.
bool spells(std::string_view text, std::string_view words) noexcept {
  for (std::size_t start = 0; start < text.size(); ++start) {
    std::size_t matched = 0;
    for (std::size_t i = start; i < text.size() && matched < words.size(); ++i) {
      char c = lower(text[i]);
      if (c == words[matched]) {
        ++matched;
      } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        break;
      }
    }
    if (matched == words.size()) return true;
  }
  return false;
}

}  // namespace

bool looks_public(ByteView key) noexcept {
  // DER starts with a byte that is also the digit 0, never with padding.
  if (is_der(key.text())) return true;
  std::string_view text = without_padding(key.text());
  bool known = std::any_of(kPublicPrefixes.begin(), kPublicPrefixes.end(),
                           [&](auto prefix) { return text.substr(0, prefix.size()) == prefix; });
  return known || is_der(text) || is_base64_of_rsa(text) || is_jwk(text);
}

bool looks_like_placeholder(ByteView key) noexcept {
  bool uniform = std::all_of(key.begin(), key.end(), [&](auto byte) { return byte == *key.begin(); });
  return uniform ||
         std::any_of(kPlaceholders.begin(), kPlaceholders.end(), [&](auto words) { return spells(key.text(), words); });
}

}  // namespace watchword
