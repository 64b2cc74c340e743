#include "framing.hpp"

#include <algorithm>
#include <charconv>

namespace example {
namespace {

using watchword::http::Request;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_token_character(char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || others.find(c) != std::string_view::npos;
}

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), is_token_character);
}

bool is_chunked(std::string_view coding) {
  return std::equal(coding.begin(), coding.end(), std::string_view("chunked").begin(),
                    std::string_view("chunked").end(), [](char a, char b) { return lower(a) == b; });
}

bool is_visible(std::string_view target) {
  return std::all_of(target.begin(), target.end(),
                     [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
}

FramingRefusal ambiguous(watchword::Literal detail) { return {400, "framing_ambiguous", detail}; }

std::optional<FramingRefusal> head_refusal(const Request& request, std::string_view version) {
  if (!is_visible(request.target)) return ambiguous("Escape spaces and controls in the target.");
  for (const auto& field : request.headers) {
    if (!is_token(field.first)) return ambiguous("Write each header field's name as a token, without spaces.");
  }
  if (request.count("Host") > 1) return ambiguous("Send one Host.");
  if (version != "HTTP/1.0" && request.count("Host") == 0) return FramingRefusal{400, "host_missing", "Send Host."};
  return std::nullopt;
}

std::optional<FramingRefusal> length_refusal(const Request& request, std::size_t most_body) {
  auto length = request.header("Content-Length");
  if (!length) return std::nullopt;
  std::size_t bytes = 0;
  auto [end, error] = std::from_chars(length->data(), length->data() + length->size(), bytes);
  if (error == std::errc::result_out_of_range || bytes > most_body) {
    return FramingRefusal{413, "body_too_large", "Send a smaller body."};
  }
  if (error != std::errc() || end != length->data() + length->size())
    return ambiguous("Send Content-Length in digits.");
  return std::nullopt;
}

}  // namespace

std::optional<FramingRefusal> framing_refusal(const Request& request, std::string_view version, std::size_t most_body) {
  if (auto refusal = head_refusal(request, version)) return refusal;
  auto codings = request.count("Transfer-Encoding");
  auto lengths = request.count("Content-Length");
  if (codings + lengths > 1) return ambiguous("Send one Content-Length, or one Transfer-Encoding.");
  if (codings == 0) return length_refusal(request, most_body);
  if (version == "HTTP/1.0") return ambiguous("Send Content-Length: HTTP/1.0 has no Transfer-Encoding.");
  if (is_chunked(*request.header("Transfer-Encoding"))) return std::nullopt;
  return FramingRefusal{501, "transfer_encoding_unknown", "Send the body chunked, or with Content-Length."};
}

}  // namespace example
