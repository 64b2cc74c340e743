#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <watchword/base/secret.hpp>

#include "json/json.hpp"

namespace watchword::test {

/// The JSON document tests/vectors/<path>. It must be there: vectors are never skipped in silence.
inline json::Value vector_file(const std::string& path) {
  std::ifstream file(std::string(WATCHWORD_TEST_DATA) + "/vectors/" + path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  auto value = json::parse(text, {4 * 1024 * 1024, 32});
  if (!value) throw std::runtime_error("cannot read " + path + ": " + std::string(value.error().reason()));
  return *std::move(value);
}

inline std::string text_of(const json::Value& object, std::string_view name) {
  const auto* member = object.find(name);
  return member && member->text() ? std::string(*member->text()) : std::string();
}

inline std::vector<std::uint8_t> bytes_of(const json::Value& object, std::string_view name) {
  std::string hex = text_of(object, name);
  std::vector<std::uint8_t> bytes(hex.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
  }
  return bytes;
}

inline ByteView view(const std::vector<std::uint8_t>& bytes) { return {bytes.data(), bytes.size()}; }

template <std::size_t N>
ByteView view(const std::array<std::uint8_t, N>& bytes) {
  return {bytes.data(), N};
}

}  // namespace watchword::test
